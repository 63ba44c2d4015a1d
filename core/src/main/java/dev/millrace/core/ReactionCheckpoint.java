package dev.millrace.core;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.Tenant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * How far a reaction is. The store keeps it, beside the snapshots, for its present history only: a
 * store that was restored or salvaged has none, and then somebody has to say whether the reaction
 * goes on with what comes, or begins again.
 *
 * <p>A snapshot store keeps what has the highest position, and a reaction may be put back: so the
 * snapshot's position counts the savings, and the reaction's own stands in the document, with the
 * keys that are blocked.
 */
public final class ReactionCheckpoint {
  private static final int COUNTED = 2;
  private static final int POSITION_ONLY = 1;
  private static final Codec CODEC = new JsonCodec();

  /** What is kept. */
  record Document(long position, List<BlockedKeyDocument> blocked) {
    Progress progress() {
      return new Progress(position, blocked.stream().map(BlockedKeyDocument::toKey).toList());
    }
  }

  /**
   * What was found.
   *
   * @param saved how often it was saved before
   */
  record Found(Progress progress, long saved) {}

  private ReactionCheckpoint() {}

  /**
   * Every event up to this position was handled, but for those of blocked keys; empty: there is
   * none in this history.
   */
  public static OptionalLong find(EventStore store, String context, String reaction) {
    Optional<Found> found = read(store, context, reaction);
    return found.isPresent()
        ? OptionalLong.of(found.get().progress().position())
        : OptionalLong.empty();
  }

  /**
   * Says that every event up to a position was handled; nothing is blocked then. The reaction must
   * not run meanwhile.
   *
   * @return completes when it is durable
   */
  public static CompletableFuture<Void> save(
      EventStore store, String context, String reaction, long position) {
    return save(
        store, context, reaction, Progress.at(position), saved(store, context, reaction) + 1);
  }

  /** How often it was saved; one that is damaged is replaced, whatever it said. */
  private static long saved(EventStore store, String context, String reaction) {
    try {
      return read(store, context, reaction).map(Found::saved).orElse(0L);
    } catch (StoreDamagedException replaced) {
      return 0;
    }
  }

  static CompletableFuture<Void> save(
      EventStore store, String context, String reaction, Progress progress, long saved) {
    Document document =
        new Document(
            progress.position(), progress.blocked().stream().map(BlockedKeyDocument::of).toList());
    return store
        .snapshots()
        .save(
            new Snapshot(
                key(context, reaction, COUNTED), store.identity(), saved, CODEC.encode(document)));
  }

  static Optional<Found> read(EventStore store, String context, String reaction) {
    Optional<Snapshot> counted = store.snapshots().find(key(context, reaction, COUNTED));
    if (counted.isPresent()) {
      return counted.map(found -> new Found(decode(found, reaction), found.position()));
    }
    return store
        .snapshots()
        .find(key(context, reaction, POSITION_ONLY))
        .map(found -> new Found(Progress.at(found.position()), 0));
  }

  private static Progress decode(Snapshot found, String reaction) {
    try {
      return CODEC.decode(found.state(), Document.class).progress();
    } catch (CodecException e) {
      throw new MillraceException(
          "the checkpoint of reaction '"
              + reaction
              + "' cannot be read: "
              + e.getMessage()
              + ". Was it written by a newer program? Run that one, or say where the reaction goes"
              + " on with 'millrace log reconcile'",
          e);
    }
  }

  private static SnapshotKey key(String context, String reaction, int version) {
    return new SnapshotKey("millrace:reaction", version, context, Tenant.DEFAULT, reaction);
  }
}
