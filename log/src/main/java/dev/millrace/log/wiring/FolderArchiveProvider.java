package dev.millrace.log.wiring;

import dev.millrace.log.FolderArchive;
import dev.millrace.log.spi.Archive;
import dev.millrace.log.spi.ArchiveProvider;
import java.nio.file.Path;

/** Opens {@code file:/path} and plain paths. */
public final class FolderArchiveProvider implements ArchiveProvider {
  private static final String SCHEME = "file";

  @Override
  public String scheme() {
    return SCHEME;
  }

  @Override
  public Archive open(String location) {
    String path =
        location.startsWith(SCHEME + ":") ? location.substring(SCHEME.length() + 1) : location;
    Path folder = Path.of(path).toAbsolutePath().normalize();
    return FolderArchive.in(RealDisk.at(folder), SCHEME + ":" + folder);
  }
}
