package dev.millrace.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a decider answers: events that follow from the command, or the reason why none do.
 *
 * @param <E> the context's events
 * @param <R> the command's rejection
 */
public sealed interface Decision<E, R> {

  /**
   * The command is accepted with these events; none: nothing needs to change.
   *
   * @param timings what becomes of deadlines, in one append with the events
   */
  record Accept<E, R>(List<E> events, List<Timing> timings) implements Decision<E, R> {
    public Accept {
      events = List.copyOf(events);
      timings = List.copyOf(timings);
    }

    /** Without deadlines. */
    public Accept(List<E> events) {
      this(events, List.of());
    }

    /** Whether nothing needs to be stored. */
    public boolean isEmpty() {
      return events.isEmpty() && timings.isEmpty();
    }

    private Accept<E, R> and(Timing timing) {
      List<Timing> more = new ArrayList<>(timings);
      more.add(timing);
      return new Accept<>(events, more);
    }
  }

  /** The command is rejected. */
  record Reject<E, R>(R reason) implements Decision<E, R> {}

  /**
   * The same, and a command that is sent at an instant, not before, unless the deadline is
   * cancelled or set anew. It is durable with the events of this decision, and sent once in effect,
   * whatever crashes; when the process was away at the time, as soon as it is there again. One of
   * the same key that is open is replaced.
   *
   * <p>The command is decided as any other: a deadline that is cancelled while it is being sent may
   * still reach its decider, which sees from the state that there is nothing to do.
   *
   * @param key which deadline, within the tenant, as {@code "payment/o-1"}; at most 256 characters
   * @param command of the same context, without personal components
   * @throws IllegalStateException when this is a rejection, which stores nothing
   */
  default Decision<E, R> deadline(String key, Instant at, Command<?> command) {
    return with(new Timing.At(key, at, command));
  }

  /** The same, a while after the moment when the decision is recorded. */
  default Decision<E, R> deadline(String key, Duration after, Command<?> command) {
    return with(new Timing.After(key, after, command));
  }

  /** The same, and what was set under a key is not sent any more. There need not be anything. */
  default Decision<E, R> cancelDeadline(String key) {
    return with(new Timing.Cancel(key));
  }

  private Decision<E, R> with(Timing timing) {
    return switch (this) {
      case Accept<E, R> accept -> accept.and(timing);
      case Reject<E, R> reject ->
          throw new IllegalStateException(
              "a rejected command stores nothing, and so no deadline '" + timing.key() + "'");
    };
  }

  /** Accepts with events, in this order. */
  @SafeVarargs
  @SuppressWarnings("varargs") // the array is only copied
  static <E, R> Decision<E, R> accept(E... events) {
    return new Accept<>(List.of(events));
  }

  /** Accepts with events, in this order. */
  static <E, R> Decision<E, R> accept(List<? extends E> events) {
    return new Accept<>(List.copyOf(events));
  }

  /** Rejects. */
  static <E, R> Decision<E, R> reject(R reason) {
    return new Reject<>(reason);
  }
}
