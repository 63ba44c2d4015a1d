package dev.millrace.core.store;

import dev.millrace.core.seam.Seams;
import java.util.ServiceLoader;
import java.util.TreeSet;

/** An engine that opens stores by URL; found with {@link ServiceLoader}. */
public interface EventStoreProvider {

  /** The URL scheme that it opens, as in {@code log}. */
  String scheme();

  /** Opens a store; see {@link EventStore#open(String)}. */
  EventStore open(String url, Seams seams);

  /**
   * Begins a store into which another is copied, or goes on with one that was begun.
   *
   * @param identity of the store that is copied, which the copy will have
   * @throws StoreMismatchException when there is another store
   * @throws UnsupportedStoreException when the engine cannot do that
   */
  default StoreCopy copy(String url, Seams seams, StoreIdentity identity) {
    throw new UnsupportedStoreException(
        "stores cannot be copied to " + scheme() + ": with their positions; choose another target");
  }

  /**
   * The provider for a URL.
   *
   * @throws UnsupportedStoreException when there is none
   */
  static EventStoreProvider find(String url) {
    int colon = url.indexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "a store's URL is written scheme:rest, as in log:data, not '" + url + "'");
    }
    String scheme = url.substring(0, colon);
    TreeSet<String> known = new TreeSet<>();
    for (EventStoreProvider provider : ServiceLoader.load(EventStoreProvider.class)) {
      if (provider.scheme().equals(scheme)) {
        return provider;
      }
      known.add(provider.scheme());
    }
    throw new UnsupportedStoreException(
        "no event store engine for '"
            + scheme
            + ":' is on the class path (there: "
            + known
            + "); add millrace-"
            + scheme);
  }
}
