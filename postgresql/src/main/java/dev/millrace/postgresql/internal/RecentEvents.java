package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest events of the store, as far as this process appended them itself, one group after the
 * other, with nobody between. While the server says that the head is still theirs, all that was
 * stored after {@code since} is here, so that most conditions are answered without it. For one
 * thread.
 */
final class RecentEvents {
  /** Most events that are remembered, without their data. */
  static final int MAX_EVENTS = 1 << 15;

  /** The answer for a condition that must be asked of the server. */
  static final long UNKNOWN = -1;

  /** Most events that are compared for one condition, before the server is asked. */
  private static final int MAX_COMPARED = 256;

  private record Stored(Tenant tenant, String type, List<TagValue> tags) {}

  private final @Nullable Stored[] ring = new Stored[MAX_EVENTS];
  private final Newest newest = new Newest();
  private boolean known;
  private long since;
  private long head;
  private long lastMicros;

  /** Whether the head is known; it may be another's by now. */
  boolean isKnown() {
    return known;
  }

  long head() {
    return head;
  }

  /** When the event at the head was recorded. */
  long lastMicros() {
    return lastMicros;
  }

  /** From now on nothing is known. */
  void forget() {
    known = false;
  }

  /** The head was found to be this, under the lock; of what is before it nothing more is known. */
  void found(long foundHead, long foundMicros) {
    if (known && foundHead == head) {
      return;
    }
    newest.clear();
    known = true;
    since = foundHead;
    head = foundHead;
    lastMicros = foundMicros;
  }

  /** A group was stored right behind the head. */
  void stored(GroupDecision decision) {
    if (!known || decision.firstHead() != head) {
      throw new IllegalStateException(
          "a group was stored behind " + decision.firstHead() + ", and the head was " + head);
    }
    for (GroupDecision.Taken taken : decision.taken()) {
      for (NewEvent event : taken.append().events()) {
        add(new Stored(taken.append().tenant(), event.type(), event.tags()));
      }
    }
    lastMicros = decision.micros();
  }

  private void add(Stored event) {
    head++;
    int place = place(head);
    if (head - since > MAX_EVENTS) {
      since++;
      Stored old = ring[place];
      if (old != null) {
        newest.remove(since, old.type(), old.tags());
      }
    }
    ring[place] = event;
    newest.add(head, event.type(), event.tags());
  }

  private static int place(long position) {
    return (int) (position & (MAX_EVENTS - 1));
  }

  /**
   * The newest event up to the head that a condition forbids; 0: none.
   *
   * @return {@link #UNKNOWN}, if that depends on events that are not here
   */
  long newestMatch(AppendCondition condition) {
    Query boundary = condition.failIfMatches();
    if (boundary == null || condition.after() >= head) {
      return 0;
    }
    long last = Math.max(condition.after(), since);
    long position = Math.min(newest.bound(boundary), head);
    for (int compared = 0; position > last; position--, compared++) {
      Stored event = ring[place(position)];
      if (event == null || compared == MAX_COMPARED) {
        return UNKNOWN;
      }
      if (boundary.matches(event.tenant(), event.type(), event.tags())) {
        return position;
      }
    }
    return condition.after() >= since ? 0 : UNKNOWN;
  }
}
