package dev.millrace.log;

import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.contract.EventStoreContract;
import dev.millrace.testkit.sim.SimDisk;
import java.util.HashMap;
import java.util.Map;

/** The contract, on a simulated disk that behaves. */
final class SimDiskContractTest extends EventStoreContract {
  private final Map<EventStore, SimDisk> opened = new HashMap<>();

  @Override
  protected EventStore open() {
    return open(SimDisk.empty());
  }

  @Override
  protected EventStore reopen(EventStore store) {
    store.close();
    return open(opened.get(store));
  }

  private EventStore open(SimDisk disk) {
    EventStore store = LogEventStore.open(disk, SystemSeams.shared(), LogOptions.DEFAULT);
    opened.put(store, disk);
    return store;
  }
}
