package dev.millrace.testkit;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.EventStoreProvider;

/** Opens {@code memory:}, each time an empty {@link ModelEventStore} of its own. */
public final class MemoryEventStoreProvider implements EventStoreProvider {

  /** For the service loader. */
  public MemoryEventStoreProvider() {}

  @Override
  public String scheme() {
    return "memory";
  }

  @Override
  public EventStore open(String url, Seams seams) {
    if (!url.equals("memory:")) {
      throw new IllegalArgumentException(
          "a store in memory has no name, and is gone with the process: write memory:, not '"
              + url
              + "'");
    }
    return ModelEventStore.create(seams.clock(), seams.newId());
  }
}
