package dev.millrace.core.channel;

import dev.millrace.core.seam.Seams;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** What opens the channels of a broker by URL; found with {@link ServiceLoader}. */
public interface ChannelProvider {

  /** The URL scheme that it opens, as in {@code kafka}. */
  String scheme();

  /** Opens a channel; see {@link Channel#open(String)}. */
  Channel open(String url, Seams seams);

  /**
   * The provider for a URL.
   *
   * @throws UnsupportedChannelException when there is none
   */
  static ChannelProvider find(String url) {
    int colon = url.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "a channel's URL is written scheme:rest, as in memory:orders");
    }
    String scheme = url.substring(0, colon);
    TreeSet<String> known = new TreeSet<>();
    for (ChannelProvider provider : ServiceLoader.load(ChannelProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider;
      }
      known.add(provider.scheme());
    }
    throw new UnsupportedChannelException(
        "nothing on the class path opens channels '"
            + scheme
            + ":' (there: "
            + known
            + "); add millrace-"
            + scheme);
  }
}
