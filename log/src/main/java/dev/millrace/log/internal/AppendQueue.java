package dev.millrace.log.internal;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.StoreActivity;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Appends that wait for the writer, bounded in number and bytes. Any thread offers; the writer
 * takes all at once, in the order of the offers. The links are in the appends, so that waiting
 * allocates nothing.
 */
@SuppressWarnings("ReferenceEquality") // of the sign for closed
final class AppendQueue {
  private static final PendingAppend CLOSED =
      new PendingAppend(
          Append.of(new UUID(0, 0), List.of(new NewEvent("closed", 1, List.of(), Bytes.EMPTY))), 0);

  private final int maxAppends;
  private final long maxBytes;
  private final AtomicReference<@Nullable PendingAppend> newest = new AtomicReference<>();
  private final AtomicInteger appends = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  /** The outcome of an offer. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  AppendQueue(int maxAppends, long maxBytes) {
    this.maxAppends = maxAppends;
    this.maxBytes = maxBytes;
  }

  Offer offer(PendingAppend append) {
    int waiting = appends.incrementAndGet();
    long waitingBytes = bytes.addAndGet(append.frameBytes());
    if (waiting > maxAppends || (waitingBytes > maxBytes && waiting > 1)) {
      release(1, append.frameBytes());
      return Offer.FULL;
    }
    while (true) {
      PendingAppend head = newest.get();
      if (head == CLOSED) {
        release(1, append.frameBytes());
        return Offer.CLOSED;
      }
      append.next = head;
      if (newest.compareAndSet(head, append)) {
        return Offer.TAKEN;
      }
    }
  }

  /** Gives room for others: the writer does, when it is done with an append. */
  void release(int count, long releasedBytes) {
    appends.addAndGet(-count);
    bytes.addAndGet(-releasedBytes);
  }

  /**
   * Everything that waits, the oldest first; null when nothing does. Only the one who takes may
   * close.
   */
  @Nullable PendingAppend takeAll() {
    PendingAppend head = newest.get();
    return head == null || head == CLOSED ? null : reversed(newest.getAndSet(null));
  }

  /**
   * The same, after looking a number of times whether so many wait as are expected.
   *
   * @param looks at most
   * @param expected appends; fewer are taken when that was the last look
   */
  @Nullable PendingAppend takeSoon(int looks, int expected) {
    for (int i = 0; i < looks && appends.get() < expected; i++) {
      Thread.onSpinWait();
    }
    return takeAll();
  }

  /** Refuses offers from now on, and takes what is left. */
  @Nullable PendingAppend close() {
    PendingAppend left = newest.getAndSet(CLOSED);
    return left == CLOSED ? null : reversed(left);
  }

  boolean isEmpty() {
    return newest.get() == null;
  }

  /** Bytes of what waits, and of what the writer has taken and not released. */
  long bytes() {
    return bytes.get();
  }

  StoreActivity.Queue waiting() {
    return new StoreActivity.Queue(appends.get(), maxAppends, bytes.get(), maxBytes);
  }

  private static @Nullable PendingAppend reversed(@Nullable PendingAppend newest) {
    PendingAppend oldest = null;
    PendingAppend at = newest;
    while (at != null) {
      PendingAppend before = at.next;
      at.next = oldest;
      oldest = at;
      at = before;
    }
    return oldest;
  }
}
