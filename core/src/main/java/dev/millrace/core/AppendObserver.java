package dev.millrace.core;

import java.time.Duration;

/**
 * Is told how long appends of commands took, from the end of the decision until they were durable.
 * Called on a thread of the store, so it must be quick, safe for many threads, and never throw.
 */
@FunctionalInterface
public interface AppendObserver {
  /** Events of a command of a context were appended. */
  void appended(String context, Duration time);
}
