package dev.millrace.log.internal;

import dev.millrace.core.store.StoreActivity;
import dev.millrace.log.LogOptions;
import org.jspecify.annotations.Nullable;

/**
 * What callers hand to the writer: the queue, and what was taken from it and not put into a group
 * yet, the oldest first. Any thread offers; the rest is for the writer's.
 */
final class Intake {
  /**
   * Looks at the queue after a group, until as many wait again as were answered: callers that were
   * just answered often append again at once, one sync is enough for all of them, and waking a
   * thread costs a good part of one.
   */
  private static final int LOOKS = 1_000;

  /**
   * Bytes of appends that must gather, while a group is being flushed, before the writer is woken
   * to form the next one; what is less is taken when the flush has ended.
   */
  private static final int GATHERED = 16 * 1024;

  private final AppendQueue queue;
  private final Runnable wakeWriter;
  private @Nullable PendingAppend first;
  private int expected;
  private volatile long wakeFrom;

  Intake(LogOptions options, Runnable wakeWriter) {
    this.queue = new AppendQueue(options.maxQueuedAppends(), options.maxQueuedBytes());
    this.wakeWriter = wakeWriter;
  }

  /** Puts an append into the queue, and wakes the writer unless it has time. */
  AppendQueue.Offer offer(PendingAppend append) {
    AppendQueue.Offer offer = queue.offer(append);
    if (offer == AppendQueue.Offer.TAKEN && queue.bytes() >= wakeFrom) {
      wakeWriter.run();
    }
    return offer;
  }

  /** The oldest append that waits; null when nothing does. */
  @Nullable PendingAppend first() {
    if (first == null) {
      first = queue.takeAll();
    }
    return first;
  }

  /** The same, after waiting a little for those who were answered last. */
  @Nullable PendingAppend firstSoon() {
    if (first == null && expected > 0) {
      first = queue.takeSoon(LOOKS, expected);
      expected = 0;
    }
    return first();
  }

  /** Leaves the first to whoever has it; from then on its link is theirs. */
  void removeFirst() {
    if (first != null) {
      first = first.next;
    }
  }

  /** From now on every append wakes the writer, which must look at the queue after that. */
  void wakeAtOnce() {
    wakeFrom = 0;
  }

  /** From now on the writer is woken when more has gathered; it is flushed meanwhile. */
  void wakeWhenGathered() {
    wakeFrom = queue.bytes() + GATHERED;
  }

  /** Gives room for others; a group is about to be answered. */
  void release(Group group) {
    queue.release(group.count(), group.bytes());
    expected = group.count();
  }

  /** Whether a group holds half of what is not released yet, in bytes. */
  boolean isHalf(Group group) {
    return group.bytes() * 2 >= queue.bytes();
  }

  /** Appends that wait or are being written. */
  StoreActivity.Queue waiting() {
    return queue.waiting();
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
