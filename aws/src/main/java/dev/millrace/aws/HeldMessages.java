package dev.millrace.aws;

import dev.millrace.core.channel.Message;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a member has of a queue: messages that it has taken and are hidden from others, until it
 * deletes them, or the time is over for which they are hidden. Each is in a buffer, then delivered,
 * then acknowledged and to be deleted. What is not hidden any more is lost to others: it is not
 * delivered, and of its message group nothing that follows it is. Times are nanoseconds of the
 * scheduler's clock. Safe for use from many threads; nothing in it waits.
 */
final class HeldMessages {
  /** Most messages that are acknowledged and not deleted; then no more are taken. */
  static final int MOST_TO_DELETE = 2_000;

  private final int mostOutstanding;
  private final long visibilityNanos;
  private final long holdNanos;
  private final Map<String, Held> known = new HashMap<>();
  private final Deque<Held> buffer = new ArrayDeque<>();
  private final Deque<Held> toDelete = new ArrayDeque<>();
  private final List<String> toReturn = new ArrayList<>();
  private int delivered;
  private int acknowledged;
  private boolean left;

  private enum State {
    BUFFERED,
    DELIVERED,
    ACKNOWLEDGED,
    GONE
  }

  /** A message that was taken. Guarded by what it is held in. */
  static final class Held {
    private final String id;
    private final @Nullable String group;
    private final Message message;
    private final long takenAt;
    private String receipt;
    private long hiddenUntil;
    private State state = State.BUFFERED;

    private Held(String id, @Nullable String group, Message message, long takenAt, String receipt) {
      this.id = id;
      this.group = group;
      this.message = message;
      this.takenAt = takenAt;
      this.receipt = receipt;
    }

    Message message() {
      return message;
    }
  }

  /** A message with the receipt that it had when something was asked for it. */
  record Asked(Held held, String receipt) {}

  HeldMessages(int mostOutstanding, Duration visibility, Duration hold) {
    this.mostOutstanding = mostOutstanding;
    // the broker has begun to count before its answer was here
    this.visibilityNanos =
        visibility.minus(min(Duration.ofSeconds(1), visibility.dividedBy(4))).toNanos();
    this.holdNanos = hold.toNanos();
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  /** How many more may be taken. */
  synchronized int room() {
    return acknowledged >= MOST_TO_DELETE || left ? 0 : mostOutstanding - outstanding();
  }

  /** In the buffer or delivered. */
  synchronized int outstanding() {
    return delivered + buffer.size();
  }

  /**
   * Holds a message. One that is held already, because the time was over for which it was hidden,
   * has a new receipt from now on.
   */
  synchronized void take(SqsQueue.Taken taken, Message message, long now) {
    if (left) {
      toReturn.add(taken.receipt());
      return;
    }
    Held before = known.get(taken.id());
    if (before == null) {
      Held held = new Held(taken.id(), taken.received().group(), message, now, taken.receipt());
      held.hiddenUntil = now + visibilityNanos;
      known.put(held.id, held);
      buffer.add(held);
      return;
    }
    before.receipt = taken.receipt();
    before.hiddenUntil = now + visibilityNanos;
    if (before.state == State.ACKNOWLEDGED && !toDelete.contains(before)) {
      toDelete.add(before);
    }
  }

  /** Delivers what is in the buffer, in order. */
  synchronized List<Held> poll(int limit, long now) {
    List<Held> next = new ArrayList<>();
    while (next.size() < limit && delivered < mostOutstanding && !buffer.isEmpty()) {
      if (now - buffer.element().hiddenUntil >= 0) {
        expire(now);
        continue;
      }
      Held held = buffer.remove();
      held.state = State.DELIVERED;
      delivered++;
      next.add(held);
    }
    return next;
  }

  /** Whether it was news. */
  synchronized boolean acknowledge(Held held) {
    if (held.state != State.DELIVERED || left) {
      return false;
    }
    held.state = State.ACKNOWLEDGED;
    delivered--;
    acknowledged++;
    toDelete.add(held);
    return true;
  }

  /** Whether as many were outstanding as may be, before one was acknowledged. */
  synchronized boolean wasFull() {
    return delivered + 1 >= mostOutstanding;
  }

  synchronized int waitingToBeDeleted() {
    return toDelete.size();
  }

  /** What to delete next. */
  synchronized List<Asked> nextToDelete(int limit) {
    List<Asked> next = new ArrayList<>();
    while (next.size() < limit && !toDelete.isEmpty()) {
      Held held = toDelete.remove();
      next.add(new Asked(held, held.receipt));
    }
    return next;
  }

  /** The broker has deleted it, unless it was taken again meanwhile. */
  synchronized void deleted(Asked asked) {
    if (asked.held().receipt.equals(asked.receipt())) {
      forget(asked.held());
    } else if (!toDelete.contains(asked.held())) {
      toDelete.add(asked.held());
    }
  }

  /** The broker did not answer. */
  synchronized void notDeleted(List<Asked> asked) {
    for (int i = asked.size() - 1; i >= 0; i--) {
      if (!toDelete.contains(asked.get(i).held())) {
        toDelete.addFirst(asked.get(i).held());
      }
    }
  }

  /** The broker did not delete it: it may be somebody else's. Whether that is final. */
  synchronized boolean refused(Asked asked, long now) {
    boolean isOver = now - asked.held().hiddenUntil >= 0;
    if (isOver && asked.held().receipt.equals(asked.receipt())) {
      forget(asked.held());
    } else {
      notDeleted(List.of(asked));
    }
    return isOver;
  }

  private void forget(Held held) {
    known.remove(held.id);
    acknowledged -= held.state == State.ACKNOWLEDGED ? 1 : 0;
    held.state = State.GONE;
  }

  /** What is to be hidden for longer: it is outstanding, and more than a third is over. */
  synchronized List<Asked> due(long now) {
    List<Asked> due = new ArrayList<>();
    for (Held held : known.values()) {
      boolean isOutstanding = held.state == State.BUFFERED || held.state == State.DELIVERED;
      if (isOutstanding
          && held.hiddenUntil - now < visibilityNanos / 3 * 2
          && now - held.takenAt < holdNanos) {
        due.add(new Asked(held, held.receipt));
      }
    }
    return due;
  }

  /** The broker hides it since then. */
  synchronized void prolonged(Asked asked, long since) {
    asked.held().hiddenUntil = since + visibilityNanos;
  }

  /** The broker says that it is not held any more. */
  synchronized void lost(Asked asked, long now) {
    if (asked.held().receipt.equals(asked.receipt())) {
      asked.held().hiddenUntil = now;
      expire(now);
    }
  }

  /** Lets go what is not hidden any more, and what follows it in its group. */
  synchronized void expire(long now) {
    Set<String> groups = new HashSet<>();
    List<Held> over = new ArrayList<>();
    for (Held held : known.values()) {
      if (held.state != State.ACKNOWLEDGED && now - held.hiddenUntil >= 0) {
        over.add(held);
        if (held.group != null) {
          groups.add(held.group);
        }
      }
    }
    if (over.isEmpty()) {
      return;
    }
    for (Held held : over) {
      delivered -= held.state == State.DELIVERED ? 1 : 0;
      forget(held);
    }
    for (Held held : buffer) {
      if (held.group != null && groups.contains(held.group) && held.state == State.BUFFERED) {
        toReturn.add(held.receipt);
        forget(held);
      }
    }
    buffer.removeIf(held -> held.state == State.GONE);
  }

  /** Receipts of what is to be given back. */
  synchronized List<String> nextToReturn() {
    List<String> next = List.copyOf(toReturn);
    toReturn.clear();
    return next;
  }

  /** Gives back all that is outstanding; nothing is acknowledged or held after it. */
  synchronized void leave() {
    left = true;
    List<Held> outstanding = new ArrayList<>();
    known.values().stream()
        .filter(held -> held.state == State.BUFFERED || held.state == State.DELIVERED)
        .forEach(outstanding::add);
    outstanding.sort((one, other) -> Long.compare(one.takenAt, other.takenAt));
    for (Held held : outstanding) {
      toReturn.add(held.receipt);
      forget(held);
    }
    buffer.clear();
    delivered = 0;
  }
}
