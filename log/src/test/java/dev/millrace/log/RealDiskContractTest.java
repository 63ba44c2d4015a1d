package dev.millrace.log;

import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.EventStoreContract;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

/** The contract, on real files. */
final class RealDiskContractTest extends EventStoreContract {
  @TempDir Path folders;
  private final Map<EventStore, Path> opened = new HashMap<>();

  @Override
  protected EventStore open() {
    return open(folders.resolve("store-" + opened.size()));
  }

  @Override
  protected EventStore reopen(EventStore store) {
    store.close();
    return open(opened.get(store));
  }

  private EventStore open(Path folder) {
    EventStore store = EventStore.open("log:" + folder);
    opened.put(store, folder);
    return store;
  }
}
