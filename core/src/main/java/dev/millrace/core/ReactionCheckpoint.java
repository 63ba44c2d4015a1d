package dev.millrace.core;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.Tenant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * How far a reaction is. The store keeps it, beside the snapshots, for its present history only: a
 * store that was restored or salvaged has none, and then somebody has to say whether the reaction
 * goes on with what comes, or begins again.
 */
public final class ReactionCheckpoint {
  private ReactionCheckpoint() {}

  /** Every event up to this position was handled; empty: there is none in this history. */
  public static OptionalLong find(EventStore store, String context, String reaction) {
    Optional<Snapshot> found = store.snapshots().find(key(context, reaction));
    return found.isPresent() ? OptionalLong.of(found.get().position()) : OptionalLong.empty();
  }

  /**
   * Says that every event up to a position was handled. The reaction must not run meanwhile.
   *
   * @return completes when it is durable
   */
  public static CompletableFuture<Void> save(
      EventStore store, String context, String reaction, long position) {
    return store
        .snapshots()
        .save(new Snapshot(key(context, reaction), store.identity(), position, Bytes.EMPTY));
  }

  private static SnapshotKey key(String context, String reaction) {
    return new SnapshotKey("millrace:reaction", 1, context, Tenant.DEFAULT, reaction);
  }
}
