package dev.millrace.log;

import dev.millrace.core.store.EventStore;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.internal.Hash64;
import dev.millrace.testkit.contract.EventStoreContract;
import dev.millrace.testkit.sim.SimDisk;
import java.util.HashMap;
import java.util.Map;

/**
 * The contract, with a hash that maps everything to a handful of keys: slower, and just as right.
 */
final class CollidingHashContractTest extends EventStoreContract {
  private static final Hash64 FEW =
      new Hash64() {
        @Override
        public long bytes(byte[] bytes, int from, int length) {
          return length & 1;
        }

        @Override
        public long id(long high, long low) {
          return low & 3;
        }
      };

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
    LogOptions options =
        LogOptions.DEFAULT
            .withFlushBesideFrom(2)
            .withSegmentBytes(64 * 1024)
            .withPrepareBytes(16 * 1024);
    EventStore store = LogEventStore.open(disk, SystemSeams.shared(), options, FEW);
    opened.put(store, disk);
    return store;
  }
}
