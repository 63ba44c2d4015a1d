package dev.millrace.log.spi;

import java.util.ServiceLoader;
import java.util.TreeSet;

/** Opens archives of one kind; found with {@link ServiceLoader}. */
public interface ArchiveProvider {

  /** The scheme of the locations that it opens, as in {@code s3}. */
  String scheme();

  /** Opens an archive, without asking whether it can be reached. */
  Archive open(String location);

  /**
   * The archive at a location.
   *
   * @param location {@code scheme:rest}, as in {@code s3://bucket/prefix}, or the path of a folder
   * @throws IllegalArgumentException when nothing on the class path opens it
   */
  static Archive find(String location) {
    int colon = location.indexOf(':');
    String scheme = colon < 2 ? "file" : location.substring(0, colon); // one letter is a drive
    TreeSet<String> known = new TreeSet<>();
    for (ArchiveProvider provider : ServiceLoader.load(ArchiveProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider.open(location);
      }
      known.add(provider.scheme());
    }
    throw new IllegalArgumentException(
        "nothing on the class path keeps archives in '"
            + scheme
            + ":' (there: "
            + known
            + "); add millrace-"
            + scheme);
  }
}
