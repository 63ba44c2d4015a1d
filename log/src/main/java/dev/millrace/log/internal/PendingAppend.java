package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.SyncedAppend;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * An append on its way: the request, its place in the queue, and the answer that its caller waits
 * for.
 */
final class PendingAppend extends CompletableFuture<AppendResult> implements SyncedAppend {
  private final Append append;
  private final int frameBytes;
  private final @Nullable Elsewhere elsewhere;
  private int fetches;

  /** The next in the queue, or in the group. */
  @Nullable PendingAppend next;

  /** What it will be answered when its group is durable. */
  @Nullable AppendResult outcome;

  /** What it will fail with when its group is durable, instead. */
  @Nullable RuntimeException refusal;

  /** What it fails with if it is not stored already: nothing new is stored. */
  @Nullable RuntimeException ifItIsNew;

  /** When its group was synced. */
  @Nullable Sync sync;

  /** Fetches what the writer needs to decide on an append, and brings the append back to it. */
  @FunctionalInterface
  interface Elsewhere {
    void fetch(PendingAppend append, SegmentElsewhereException where);
  }

  PendingAppend(Append append, int frameBytes) {
    this(append, frameBytes, null);
  }

  PendingAppend(Append append, int frameBytes, @Nullable Elsewhere elsewhere) {
    this.append = append;
    this.frameBytes = frameBytes;
    this.elsewhere = elsewhere;
  }

  /** How often something was fetched for it; counts. */
  int nextFetch() {
    return ++fetches;
  }

  @Override
  public @Nullable Sync sync() {
    return sync;
  }

  Append append() {
    return append;
  }

  /** Of its frame, with the zeros that follow. */
  int frameBytes() {
    return frameBytes;
  }

  void answer() {
    if (refusal instanceof SegmentElsewhereException where && elsewhere != null) {
      refusal = null;
      outcome = null;
      elsewhere.fetch(this, where);
    } else if (refusal != null) {
      completeExceptionally(refusal);
    } else {
      complete(outcome);
    }
  }
}
