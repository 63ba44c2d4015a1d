package dev.millrace.core.processing;

import java.time.Duration;

/**
 * Decides when a circuit breaker opens and closes. It is told what happens, by one thread at a
 * time, and must not block. Times are nanoseconds on a clock that nobody moves; they never go back.
 */
public interface CircuitBreakerPolicy {
  /** How a breaker stands. */
  enum State {
    /** Calls are made. */
    CLOSED,
    /** None is made before it is time to probe. */
    OPEN,
    /** A few are made, to see. */
    HALF_OPEN
  }

  /** How it stands. */
  State state();

  /** From when a call may be tried; asked of one that is open. */
  long probeAt();

  /** Whether a call may begin; each that does ends with one of the methods below. */
  boolean tryBegin(long now);

  /** A call went well. */
  void succeeded(long now, Duration took);

  /** A call failed, with whatever it failed. */
  void failed(long now, Duration took, Throwable reason);

  /** A call ended in a way that says nothing of whom it calls. */
  void ended(long now);

  /** Whether a failure says something of whom it calls. */
  boolean counts(Throwable reason);
}
