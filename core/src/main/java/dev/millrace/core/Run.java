package dev.millrace.core;

import dev.millrace.core.processing.Retry;
import dev.millrace.core.store.RecordedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * Events to be handled in order, in parts: as many together as possible, fewer after a failure,
 * until the one that cannot be handled stands alone. Decides only; used by the steps of one worker.
 *
 * <pre>
 *   handled           ──▶ the next part, twice as long
 *   failed, something is away ──▶ the same part, later
 *   failed, of several ──▶ what stands before the culprit, or the first half, now
 *   failed, alone      ──▶ again, later; or its attempts are used up
 *   of a newer program ──▶ again, later, without end; or it is passed over
 * </pre>
 */
final class Run {
  private final Retry retry;
  private final int most;
  private final boolean isOnce;
  private final List<RecordedEvent> events;
  private int next;
  private int size;
  private int suspect = -1;
  private int attempts;
  private int outages;
  private Instant firstFailed = Instant.EPOCH;

  /** What follows from a failure. */
  sealed interface Verdict {
    /** A smaller part, now. */
    record Smaller() implements Verdict {}

    /** The same part, after a while. */
    record Later(Duration delay) implements Verdict {}

    /** The event in the part cannot be handled. */
    record Exhausted(RecordedEvent event, int attempts, Instant firstFailed) implements Verdict {}

    /** The event in the part is not for this program. */
    record PassedOver(RecordedEvent event) implements Verdict {}
  }

  /**
   * Begins.
   *
   * @param most events of a part, at least 1
   */
  Run(List<RecordedEvent> events, int most, Retry retry) {
    this(events, most, retry, false);
  }

  /** An attempt for each event, which an operator has asked for. */
  static Run once(List<RecordedEvent> events, int most, Retry retry) {
    return new Run(events, most, retry.once(), true);
  }

  private Run(List<RecordedEvent> events, int most, Retry retry, boolean isOnce) {
    this.isOnce = isOnce;
    this.events = new ArrayList<>(events);
    this.most = most;
    this.retry = retry;
    this.size = most;
  }

  /** Whether nothing is left. */
  boolean isEmpty() {
    return next >= events.size();
  }

  /** What to handle now, at least one event. */
  List<RecordedEvent> part() {
    return List.copyOf(events.subList(next, end()));
  }

  private int end() {
    return Math.min(events.size(), next + size);
  }

  /** Whether the part goes to the end. */
  boolean isLast() {
    return end() == events.size();
  }

  /** The position of the event after the part; there must be one. */
  long after() {
    return events.get(end()).position();
  }

  /** The part was handled. */
  void handled() {
    next = end();
    outages = 0;
    if (suspect < next) {
      attempts = 0;
      size = Math.min(most, size * 2);
    } else {
      size = suspect == next ? 1 : Math.min(size * 2, suspect - next);
    }
  }

  /** Leaves out what is left of events that must wait now. */
  void drop(Predicate<RecordedEvent> waiting) {
    List<RecordedEvent> left = events.subList(next, events.size());
    if (left.removeIf(waiting)) {
      suspect = -1;
      attempts = 0;
    }
  }

  /** The part failed. */
  Verdict failed(Throwable failure, Instant now, RandomGenerator random) {
    Throwable reason = EventFailure.reasonOf(failure);
    boolean isItself = EventFailure.isOfReading(failure);
    // what is known is never passed over: an unknown one that its handler reads counts as a failure
    if (reason instanceof UnknownEventException
        && !isOnce
        && (isItself || !retry.passesOverUnknown())) {
      return unknown(EventFailure.indexOf(failure), random);
    }
    // the same bytes cannot be read the next time either
    int allowed = reason instanceof UnreadableEventException ? 1 : retry.attemptsFor(reason);
    if (allowed == Retry.WITHOUT_END) {
      outages++;
      return new Verdict.Later(retry.backoff(outages, random));
    }
    int count = end() - next;
    int index = count == 1 ? 0 : EventFailure.indexOf(failure);
    if (index == EventFailure.UNKNOWN || index >= count) {
      size = Math.max(1, count / 2);
      return new Verdict.Smaller();
    }
    if (suspect != next + index) {
      suspect = next + index;
      attempts = 0;
      firstFailed = now;
    }
    attempts++;
    if (index > 0) {
      size = index;
      return new Verdict.Smaller();
    }
    size = 1;
    return attempts < allowed
        ? new Verdict.Later(retry.backoff(attempts, random))
        : new Verdict.Exhausted(events.get(next), attempts, firstFailed);
  }

  /** What a newer program wrote waits for one, or is passed over, as the policy says. */
  private Verdict unknown(int known, RandomGenerator random) {
    int count = end() - next;
    int index = count == 1 ? 0 : known;
    if (index == EventFailure.UNKNOWN || index >= count) {
      size = Math.max(1, count / 2);
      return new Verdict.Smaller();
    }
    if (index > 0) {
      size = index;
      return new Verdict.Smaller();
    }
    size = 1;
    return retry.passesOverUnknown()
        ? new Verdict.PassedOver(events.get(next))
        : new Verdict.Later(retry.backoff(++outages, random));
  }

  /** The first event is left out. */
  void passOver() {
    next++;
    outages = 0;
    size = most;
  }

  /** Attempts begin to count anew. */
  void forgive() {
    attempts = 0;
    outages = 0;
  }
}
