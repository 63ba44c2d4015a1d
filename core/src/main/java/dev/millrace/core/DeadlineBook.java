package dev.millrace.core;

import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineSet;
import dev.millrace.core.deadline.DeadlineEvent.DeadlinesPassed;
import dev.millrace.core.deadline.DeadlineEvent.Passed;
import dev.millrace.core.deadline.DeadlineEvent.ScheduleReached;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The open deadlines of a store, in the order in which they are due; a fold of the events. It takes
 * some 200 bytes of memory for each; commands stay in the store until they are sent.
 *
 * <p>One that was set anew or cancelled stays in its queue until its turn comes, and is passed over
 * then; when these are the most, the queue is made anew.
 */
final class DeadlineBook {
  private static final int MOST_STALE = 1_024;

  private final Map<Key, Deadline> open = new HashMap<>();
  private final PriorityQueue<Deadline> waiting = new PriorityQueue<>();
  private final Deque<Deadline> due = new ArrayDeque<>();
  private int stale; // in one of the queues, and not open
  private long failing;

  /** Under what a deadline is set. */
  record Key(Tenant tenant, String key) {}

  /** An open deadline. */
  static final class Deadline implements Comparable<Deadline> {
    private final Key key;
    private final long position;
    private final Instant due;
    private Instant at;
    private int attempts;
    private boolean queued = true;

    Deadline(Key key, long position, Instant due) {
      this.key = key;
      this.position = position;
      this.due = due;
      this.at = due;
    }

    Key key() {
      return key;
    }

    /** Of the event that set it. */
    long position() {
      return position;
    }

    Instant due() {
      return due;
    }

    int attempts() {
      return attempts;
    }

    @Override
    public int compareTo(Deadline other) {
      int order = at.compareTo(other.at);
      return order != 0 ? order : Long.compare(position, other.position);
    }
  }

  /** An event that was read, in the order of the store. */
  void apply(RecordedEvent stored, DeadlineEvent event) {
    switch (event) {
      case DeadlineSet set -> {
        Key key = new Key(stored.tenant(), set.key());
        Deadline next = new Deadline(key, stored.position(), set.due(stored.time()));
        closed(open.put(key, next));
        waiting.add(next);
      }
      case DeadlineCancelled cancelled ->
          closed(open.remove(new Key(stored.tenant(), cancelled.key())));
      case DeadlinesPassed passed -> {
        for (Passed one : passed.deadlines()) {
          Key key = new Key(stored.tenant(), one.key());
          Deadline there = open.get(key);
          if (there != null && there.position == one.position()) {
            closed(open.remove(key));
          }
        }
      }
      case ScheduleReached elsewhere -> {}
    }
    if (stale > open.size() + MOST_STALE) {
      waiting.removeIf(one -> !isOpen(one));
      due.removeIf(one -> !isOpen(one));
      stale = 0;
    }
  }

  /** One that a snapshot has. */
  void restore(Deadline one) {
    open.put(one.key, one);
    waiting.add(one);
  }

  /** The open ones, in no order. */
  Collection<Deadline> all() {
    return open.values();
  }

  private void closed(@Nullable Deadline before) {
    if (before != null) {
      stale += before.queued ? 1 : 0;
      failing -= before.attempts > 0 ? 1 : 0;
    }
  }

  /** Whether it is neither cancelled nor set anew nor passed. */
  @SuppressWarnings("ReferenceEquality") // another one under the same key is another deadline
  boolean isOpen(Deadline one) {
    return open.get(one.key) == one;
  }

  /** Notes what is due, at most so many; false when there is more. */
  boolean note(Instant now, int most) {
    for (int i = 0; i < most; i++) {
      Deadline next = waiting.peek();
      if (next == null || next.at.isAfter(now)) {
        return true;
      }
      due.add(waiting.remove());
    }
    return false;
  }

  /** Takes the one that is due first, of those that were noted; null: none. */
  @Nullable Deadline take() {
    while (true) {
      Deadline next = due.poll();
      if (next == null) {
        return null;
      }
      next.queued = false;
      if (isOpen(next)) {
        return next;
      }
      stale--;
    }
  }

  /** One that was taken is due again. */
  void again(Deadline failed, Instant at) {
    if (isOpen(failed)) {
      failing += failed.attempts == 0 ? 1 : 0;
      failed.attempts++;
      failed.at = at.isAfter(failed.due) ? at : failed.due; // the clock may have been put back
      failed.queued = true;
      waiting.add(failed);
    }
  }

  /**
   * The clock was put back: what is tried again would wait for as long, and what was noted may not
   * be due any more.
   */
  void retryFrom(Instant now) {
    List<Deadline> moved = new ArrayList<>();
    waiting.removeIf(one -> one.attempts > 0 && moved.add(one));
    due.removeIf(one -> one.at.isAfter(now) && moved.add(one));
    for (Deadline one : moved) {
      if (one.attempts > 0) {
        one.at = now.isAfter(one.due) ? now : one.due;
      }
      waiting.add(one);
    }
  }

  /** Whether one is open under a key. */
  boolean isOpen(Tenant tenant, String key) {
    return open.containsKey(new Key(tenant, key));
  }

  /** The open ones that are due first, in that order. */
  List<Deadline> first(int limit) {
    Comparator<Deadline> byTime =
        Comparator.comparing(Deadline::due).thenComparingLong(Deadline::position);
    PriorityQueue<Deadline> first = new PriorityQueue<>(byTime.reversed());
    for (Deadline one : open.values()) {
      first.add(one);
      if (first.size() > limit) {
        first.remove();
      }
    }
    List<Deadline> sorted = new ArrayList<>(first);
    sorted.sort(byTime);
    return sorted;
  }

  boolean hasDue() {
    return !due.isEmpty();
  }

  /** The one that is due first, of those that were noted and not taken. */
  @Nullable Deadline firstDue() {
    return due.peek();
  }

  /** When the next one is due that was not noted; null: there is none. */
  @Nullable Instant next() {
    Deadline next = waiting.peek();
    return next == null ? null : next.at;
  }

  int open() {
    return open.size();
  }

  /** How many were noted and not taken, with those that are not open any more. */
  int due() {
    return due.size();
  }

  long failing() {
    return failing;
  }
}
