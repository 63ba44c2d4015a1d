package dev.millrace.log;

import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.contract.EventStoreContract;
import dev.millrace.testkit.sim.SimDisk;
import java.util.HashMap;
import java.util.Map;

/** The contract, encrypted, with so small segments that everything crosses their borders. */
final class EncryptedContractTest extends EventStoreContract {
  private static final LogOptions SMALL =
      LogOptions.DEFAULT
          .withFlushBesideFrom(2)
          .withSegmentBytes(16_384)
          .withPrepareBytes(4_096)
          .withReserveBytes(0);

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
    EventStore store = LogEventStore.open(disk, SystemSeams.shared(), SMALL, Keys.with(1));
    opened.put(store, disk);
    return store;
  }
}
