package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.log.internal.FolderArchiveCopy;
import dev.millrace.log.spi.Archive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** An archive in a folder, as on a larger and slower disk. */
public final class FolderArchive implements Archive {
  private final Disk folder;
  private final String location;

  private FolderArchive(Disk folder, String location) {
    this.folder = folder;
    this.location = location;
  }

  /**
   * An archive in a folder.
   *
   * @param location by which it is found again
   */
  public static FolderArchive in(Disk folder, String location) {
    return new FolderArchive(folder, location);
  }

  @Override
  public String location() {
    return location;
  }

  @Override
  public CompletableFuture<Void> put(String name, DiskFile file, int length) {
    return FolderArchiveCopy.run(file, length, folder, name);
  }

  @Override
  public ByteBuffer get(String name, long offset, int length) throws IOException {
    DiskFile file = folder.open(name);
    try {
      return file.read(offset, length);
    } finally {
      file.close();
    }
  }

  @Override
  public OptionalLong size(String name) throws IOException {
    DiskFile file;
    try {
      file = folder.open(name);
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(file.size());
    } finally {
      file.close();
    }
  }
}
