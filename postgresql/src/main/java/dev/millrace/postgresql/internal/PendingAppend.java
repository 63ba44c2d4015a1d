package dev.millrace.postgresql.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** An append on its way, and the answer that its caller waits for. */
final class PendingAppend extends CompletableFuture<AppendResult> {
  private static final int ROW_BYTES = 160;

  private final Append append;
  private final long bytes;

  /**
   * What it was given by a transaction of which nobody knows whether it was committed: found again
   * with this answer, it was stored by that one.
   */
  @Nullable Appended inDoubt;

  PendingAppend(Append append) {
    this.append = append;
    this.bytes = bytes(append);
  }

  Append append() {
    return append;
  }

  /** About what it takes in memory and on the wire. */
  long bytes() {
    return bytes;
  }

  private static long bytes(Append append) {
    long bytes = 0;
    for (NewEvent event : append.events()) {
      bytes += ROW_BYTES + event.data().length() + event.type().length();
      for (TagValue tag : event.tags()) {
        bytes += tag.name().length() + tag.value().length() + 32;
      }
    }
    return bytes;
  }
}
