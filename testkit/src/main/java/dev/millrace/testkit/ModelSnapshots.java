package dev.millrace.testkit;

import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps snapshots in memory. */
class ModelSnapshots implements SnapshotStore {
  private final StoreIdentity identity;
  private final Map<SnapshotKey, Snapshot> newest = new ConcurrentHashMap<>();

  ModelSnapshots(StoreIdentity identity) {
    this.identity = identity;
  }

  @Override
  public Optional<Snapshot> find(SnapshotKey key) {
    return Optional.ofNullable(newest.get(key));
  }

  @Override
  public CompletableFuture<Void> save(Snapshot snapshot) {
    if (snapshot.store().equals(identity)) {
      newest.merge(
          snapshot.key(), snapshot, (old, now) -> old.position() > now.position() ? old : now);
    }
    return CompletableFuture.completedFuture(null);
  }
}
