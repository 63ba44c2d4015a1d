package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Keeps nothing yet. */
final class FolderSnapshots implements SnapshotStore {
  FolderSnapshots(Disk disk, StoreIdentity identity) {}

  @Override
  public Optional<Snapshot> find(SnapshotKey key) {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<Void> save(Snapshot snapshot) {
    return CompletableFuture.completedFuture(null);
  }
}
