package dev.millrace.log.wiring;

import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysProvider;
import dev.millrace.core.seam.Seams;
import dev.millrace.log.FolderSubjectKeys;
import java.nio.file.Path;

/** Opens {@code keys:folder}. */
public final class FolderSubjectKeysProvider implements SubjectKeysProvider {
  @Override
  public String scheme() {
    return "keys";
  }

  @Override
  public SubjectKeys open(String url, Seams seams) {
    String folder = url.substring(url.indexOf(':') + 1);
    if (folder.isBlank()) {
      throw new IllegalArgumentException(
          "the URL of keys names their folder, as in keys:secrets, but this is '" + url + "'");
    }
    return FolderSubjectKeys.open(RealDisk.at(Path.of(folder)), seams);
  }
}
