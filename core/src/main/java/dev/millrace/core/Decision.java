package dev.millrace.core;

import java.util.List;

/**
 * What a decider answers: events that follow from the command, or the reason why none do.
 *
 * @param <E> the context's events
 * @param <R> the command's rejection
 */
public sealed interface Decision<E, R> {

  /** The command is accepted with these events; none: nothing needs to change. */
  record Accept<E, R>(List<E> events) implements Decision<E, R> {
    public Accept {
      events = List.copyOf(events);
    }
  }

  /** The command is rejected. */
  record Reject<E, R>(R reason) implements Decision<E, R> {}

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
