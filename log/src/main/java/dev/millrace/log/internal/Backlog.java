package dev.millrace.log.internal;

import org.jspecify.annotations.Nullable;

/** What the writer has taken from the queue and not put into a group yet, the oldest first. */
final class Backlog {
  private final AppendQueue queue;
  private @Nullable PendingAppend first;

  Backlog(AppendQueue queue) {
    this.queue = queue;
  }

  /** The oldest append that waits; null when nothing does. */
  @Nullable PendingAppend first() {
    if (first == null) {
      first = queue.takeAll();
    }
    return first;
  }

  /** The same, after looking a number of times while nothing waits. */
  @Nullable PendingAppend firstSoon(int looks) {
    if (first == null) {
      first = queue.takeSoon(looks);
    }
    return first;
  }

  /** Leaves the first to whoever has it; from then on its link is theirs. */
  void removeFirst() {
    if (first != null) {
      first = first.next;
    }
  }

  /** Closes the queue and fails everything that waits. */
  void refuse(RuntimeException refusal) {
    refuse(first, refusal);
    first = null;
    refuse(queue.close(), refusal);
  }

  private static void refuse(@Nullable PendingAppend from, RuntimeException refusal) {
    for (PendingAppend at = from; at != null; at = at.next) {
      at.completeExceptionally(refusal);
    }
  }
}
