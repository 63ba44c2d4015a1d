package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreMismatchException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * How far a processor is whose target keeps no checkpoints: the store keeps it, after the effects
 * are durable. After a crash what came since is done again, with the same ids.
 */
final class StoredProgress {
  /** A holder of the lease may save so often, as a power of two. */
  private static final int SAVINGS_BITS = 32;

  private final String context;
  private final String kind;
  private final String name;
  private final boolean onlyNew;
  private final EventStore store;
  private final Scheduler scheduler;
  private Progress progress = Progress.at(0);
  private long saved;

  /**
   * Makes one.
   *
   * @param kind what the processor is, for messages
   * @param onlyNew whether it begins at the head
   */
  StoredProgress(
      String context,
      String kind,
      String name,
      boolean onlyNew,
      EventStore store,
      Scheduler scheduler) {
    this.context = context;
    this.kind = kind;
    this.name = name;
    this.onlyNew = onlyNew;
    this.store = store;
    this.scheduler = scheduler;
  }

  CompletableFuture<Progress> start(Grant grant) {
    Optional<ReactionCheckpoint.Found> found;
    try {
      found = ReactionCheckpoint.read(store, context, name);
    } catch (MillraceException unreadable) {
      return CompletableFuture.failedFuture(unreadable);
    }
    if (found.isPresent()) {
      synchronized (this) {
        saved = Math.max(found.get().saved(), firstOf(grant));
        progress = found.get().progress();
      }
      return grant.isEverything()
          ? CompletableFuture.completedFuture(found.get().progress())
          : save(found.get().progress()).thenApply(done -> found.get().progress());
    }
    synchronized (this) {
      saved = Math.max(saved, firstOf(grant));
    }
    long end;
    try {
      end = store.head();
    } catch (MillraceException unread) {
      return CompletableFuture.failedFuture(unread);
    }
    if (store.identity().epoch() > 1 && end > 0) {
      return CompletableFuture.failedFuture(unreconciled());
    }
    return moveTo(onlyNew ? end : 0);
  }

  CompletableFuture<Optional<Passed>> passed() {
    return scheduler.call(
        kind + " " + name,
        () -> Optional.of(Passed.upTo(ReactionCheckpoint.find(store, context, name).orElse(0))));
  }

  /**
   * The savings of later holders count from higher on, and the store keeps the highest: so what one
   * of before still saves is dropped.
   */
  private static long firstOf(Grant grant) {
    return grant.isEverything() ? 0 : grant.epoch(0) << SAVINGS_BITS;
  }

  /**
   * In a store that was restored or salvaged nothing tells what the processor has done: what it
   * sent outside of the store before stays done.
   */
  private StoreMismatchException unreconciled() {
    return new StoreMismatchException(
        kind
            + " '"
            + name
            + "' of context '"
            + context
            + "' has no checkpoint in this history of the store ("
            + store.identity()
            + "), which was restored or salvaged, or the processor is new. Say how it goes on: skip"
            + " takes the events that are there as handled, reset begins again with the first"
            + " (what it sends carries the same ids as before); while the store is"
            + " stopped, with 'millrace log reconcile'");
  }

  CompletableFuture<Progress> skip() {
    try {
      return moveTo(store.head());
    } catch (MillraceException unread) {
      return CompletableFuture.failedFuture(unread);
    }
  }

  CompletableFuture<Progress> reset() {
    return moveTo(0);
  }

  private CompletableFuture<Progress> moveTo(long position) {
    return save(Progress.at(position)).thenApply(done -> Progress.at(position));
  }

  /** What is newest was handed to the store before, and is handed to it again. */
  CompletableFuture<Boolean> isSaved(ProgressChange change) {
    return save(change).thenApply(saved -> true);
  }

  synchronized CompletableFuture<Void> save(ProgressChange change) {
    if (change.position() == ProgressChange.SAME
        && change.blocked().isEmpty()
        && change.freed().isEmpty()) {
      return CompletableFuture.completedFuture(null); // slots: the ids of what it sends do for them
    }
    Progress now = progress;
    Map<OrderingKey, BlockedKey> blocked = new TreeMap<>();
    now.blocked().forEach(one -> blocked.put(one.key(), one));
    change.blocked().forEach(one -> blocked.put(one.key(), one));
    change.freed().forEach(blocked::remove);
    return save(
        new Progress(
            change.position() == ProgressChange.SAME ? now.position() : change.position(),
            List.copyOf(blocked.values())));
  }

  /** What was handed to the store is the newest, also while it is not durable yet. */
  private synchronized CompletableFuture<Void> save(Progress next) {
    progress = next;
    return ReactionCheckpoint.save(store, context, name, next, ++saved);
  }
}
