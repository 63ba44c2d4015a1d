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

  /** The next in the queue, or in the group. */
  @Nullable PendingAppend next;

  /** What it will be answered when its group is durable. */
  @Nullable AppendResult outcome;

  /** What it will fail with when its group is durable, instead. */
  @Nullable RuntimeException refusal;

  /** When its group was synced. */
  @Nullable Sync sync;

  PendingAppend(Append append, int frameBytes) {
    this.append = append;
    this.frameBytes = frameBytes;
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
    if (refusal != null) {
      completeExceptionally(refusal);
    } else {
      complete(outcome);
    }
  }
}
