package dev.millrace.core.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps the newest snapshot of each key. A snapshot of a state only saves work: losing one costs
 * time, and a damaged one is treated as absent. One whose view begins with {@code millrace:} says
 * how far something is: it is never taken for absent while it is there. Safe for use from many
 * threads.
 */
public interface SnapshotStore {
  /**
   * The newest snapshot of a key that belongs to this store's identity.
   *
   * @throws StoreKeyException when it says how far something is, and its key cannot be had now
   * @throws StoreDamagedException when it says how far something is, and is not as it was written
   * @throws StoreFailedException when it says how far something is, and cannot be read now
   */
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
