package dev.millrace.core.personal;

import dev.millrace.core.seam.Seams;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** Opens keys by URL; found with {@link ServiceLoader}. */
public interface SubjectKeysProvider {

  /** The URL scheme that it opens, as in {@code keys}. */
  String scheme();

  /** Opens keys; see {@link SubjectKeys#open(String)}. */
  SubjectKeys open(String url, Seams seams);

  /**
   * The provider for a URL.
   *
   * @throws SubjectKeysException when there is none
   */
  static SubjectKeysProvider find(String url) {
    TreeSet<String> known = new TreeSet<>();
    for (SubjectKeysProvider provider : ServiceLoader.load(SubjectKeysProvider.class)) {
      if (url.startsWith(provider.scheme() + ":")) {
        return provider;
      }
      known.add(provider.scheme());
    }
    throw new SubjectKeysException(
        "nothing on the class path opens the keys '"
            + url
            + "'; there is "
            + known
            + ", and a URL is written scheme:rest, as in keys:secrets");
  }
}
