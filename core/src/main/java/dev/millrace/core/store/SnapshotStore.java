package dev.millrace.core.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the newest snapshot of each key. Snapshots only save work: losing one costs time, and a
 * damaged one is treated as absent. Safe for use from many threads.
 */
public interface SnapshotStore {
  /** The newest snapshot of a key that belongs to this store's identity. */
  Optional<Snapshot> find(SnapshotKey key);

  /**
   * Replaces the snapshot of a key.
   *
   * @return completes when it is durable
   */
  CompletableFuture<Void> save(Snapshot snapshot);

  /** Keeps nothing. */
  SnapshotStore NONE =
      new SnapshotStore() {
        @Override
        public Optional<Snapshot> find(SnapshotKey key) {
          return Optional.empty();
        }

        @Override
        public CompletableFuture<Void> save(Snapshot snapshot) {
          return CompletableFuture.completedFuture(null);
        }
      };
}
