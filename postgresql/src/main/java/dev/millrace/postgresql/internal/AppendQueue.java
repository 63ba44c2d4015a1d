package dev.millrace.postgresql.internal;

import dev.millrace.core.store.StoreActivity;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** Appends that wait for a transaction, bounded in number and bytes. Safe for any thread. */
final class AppendQueue {
  /** Most appends that wait, with those of the group that is being stored. */
  static final int MAX_APPENDS = 20_000;

  /** Most bytes that wait. */
  static final long MAX_BYTES = 128L << 20;

  /** Most appends of one transaction. */
  static final int MAX_GROUP_APPENDS = 1_024;

  /** Most events of one transaction, unless one append has more. */
  static final int MAX_GROUP_EVENTS = 4_096;

  /** Most bytes of one transaction, unless one append has more. */
  static final long MAX_GROUP_BYTES = 8L << 20;

  private final ArrayDeque<PendingAppend> waiting = new ArrayDeque<>();
  private int appends;
  private long bytes;
  private boolean closed;

  /** The outcome of an offer. */
  enum Offer {
    TAKEN,
    FULL,
    CLOSED
  }

  synchronized Offer offer(PendingAppend append) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (appends >= MAX_APPENDS || (appends > 0 && bytes + append.bytes() > MAX_BYTES)) {
      return Offer.FULL;
    }
    appends++;
    bytes += append.bytes();
    waiting.add(append);
    return Offer.TAKEN;
  }

  /** What is stored next, the oldest first; empty when nothing waits. */
  synchronized List<PendingAppend> take() {
    List<PendingAppend> group = new ArrayList<>(Math.min(waiting.size(), MAX_GROUP_APPENDS));
    long groupEvents = 0;
    long groupBytes = 0;
    while (!waiting.isEmpty() && group.size() < MAX_GROUP_APPENDS) {
      PendingAppend next = waiting.peek();
      groupEvents += next.append().events().size();
      groupBytes += next.bytes();
      if (!group.isEmpty() && (groupEvents > MAX_GROUP_EVENTS || groupBytes > MAX_GROUP_BYTES)) {
        break;
      }
      group.add(waiting.remove());
    }
    return group;
  }

  /** Gives room for others: a group has been answered. */
  synchronized void release(List<PendingAppend> group) {
    appends -= group.size();
    for (PendingAppend append : group) {
      bytes -= append.bytes();
    }
  }

  synchronized void close() {
    closed = true;
  }

  synchronized boolean isEmpty() {
    return waiting.isEmpty();
  }

  synchronized StoreActivity.Queue waiting() {
    return new StoreActivity.Queue(appends, MAX_APPENDS, bytes, MAX_BYTES);
  }
}
