package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.StoreOnDiskContract;
import java.util.concurrent.CompletableFuture;

/** The contract of stores on a disk, encrypted: its crashes lose no key, either. */
final class EncryptedSimulatedDiskTest extends StoreOnDiskContract {
  private static final Encryption KEY = Keys.with(1).inSimulation();

  @Override
  protected CompletableFuture<? extends EventStore> opening(Disk disk, Seams seams) {
    return LogEventStore.opening(disk, seams, Workloads.TINY, KEY);
  }

  @Override
  protected CompletableFuture<Void> closing(EventStore store) {
    return ((LogEventStore) store).closing();
  }
}
