package dev.millrace.core;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A processor's side of its {@link CircuitBreaker}, if it has one. Used by the steps of a worker.
 */
final class BreakerGate {
  /** That a call runs which needed no permission, or none runs. */
  static final long NOT_ENTERED = Long.MIN_VALUE;

  private final Processing processing;
  private final @Nullable CircuitBreaker breaker;
  private final Runnable wake;

  BreakerGate(Processing processing, Runnable wake) {
    this.processing = processing;
    this.breaker = processing.options().breaker();
    this.wake = wake;
  }

  boolean isClosed() {
    return breaker == null || breaker.isClosed();
  }

  /** Whether a call may be tried: it is closed, or it is time to see. */
  boolean mayTry() {
    return notBefore() == null;
  }

  /** Until when nothing is to be tried; null: now. */
  @Nullable Instant notBefore() {
    if (breaker == null) {
      return null;
    }
    Duration until = breaker.untilProbe(processing.seams());
    return until.isNegative() || until.isZero() ? null : processing.now().plus(until);
  }

  /** Begins a call, or is woken when it may be tried again. */
  boolean tryEnter() {
    return breaker == null || breaker.tryBegin(processing.seams(), wake);
  }

  /** When a call begins. */
  long now() {
    return breaker == null ? 0 : processing.seams().scheduler().elapsedNanos();
  }

  /** A call has ended; one that was {@link #NOT_ENTERED} is none. */
  void ended(long entered, @Nullable Throwable failure) {
    if (breaker != null && entered != NOT_ENTERED) {
      breaker.ended(processing.seams(), entered, failure);
    }
  }

  /** Whether a call that failed so is to be made again when it is closed, and counts as none. */
  boolean holdsBack(Throwable failure) {
    return breaker != null && breaker.holdsBack(failure);
  }

  /** What stands in the status of the processor. */
  String problem(String what, Throwable reason) {
    CircuitBreaker.Status status = breaker == null ? null : breaker.status();
    return what
        + ": "
        + reason.getMessage()
        + (status == null
            ? ""
            : "; circuit breaker '"
                + status.name()
                + "' lets nothing through but a few to see"
                + (status.nextProbe() == null ? "" : ", from " + status.nextProbe() + " on"));
  }

  void close() {
    if (breaker != null) {
      breaker.forget(wake);
    }
  }
}
