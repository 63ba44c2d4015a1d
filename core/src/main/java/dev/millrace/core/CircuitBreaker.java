package dev.millrace.core;

import dev.millrace.core.processing.CircuitBreakerPolicy;
import dev.millrace.core.processing.CircuitBreakerPolicy.State;
import dev.millrace.core.seam.Seams;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stops the handlers of processors while what they call is away, as a service or a database. While
 * it is open they read nothing, no attempt is made or counted, and nothing becomes a dead letter;
 * after a time a few handlers run to see, and all go on when these go well. Processors that call
 * the same share one. Safe for use from many threads.
 *
 * <p>What operators want to be tried again waits, too. A part that fails because of it is put back
 * and its attempts are counted anew.
 */
public final class CircuitBreaker {
  private final String name;
  private final CircuitBreakerPolicy policy;
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private State seen = State.CLOSED;
  private @Nullable Instant since;
  private @Nullable Instant nextProbe;

  /**
   * How a breaker stands.
   *
   * @param name of what is called
   * @param state whether calls are made
   * @param since when it came to be so; null: it was never otherwise
   * @param nextProbe from when a handler runs to see; null: it is not open
   */
  public record Status(
      String name, State state, @Nullable Instant since, @Nullable Instant nextProbe) {}

  private CircuitBreaker(String name, CircuitBreakerPolicy policy) {
    this.name = name;
    this.policy = policy;
  }

  /**
   * Makes one; module {@code resilience4j} has a policy.
   *
   * @param name of what is called
   * @param policy of this breaker alone
   */
  public static CircuitBreaker named(String name, CircuitBreakerPolicy policy) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a circuit breaker has a name");
    }
    return new CircuitBreaker(name, policy);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** How it stands. */
  public synchronized Status status() {
    return new Status(name, seen, since, nextProbe);
  }

  /**
   * Begins a call, or is told when it may be tried again.
   *
   * @param whenChanged the same object at each try
   */
  synchronized boolean tryBegin(Seams seams, Runnable whenChanged) {
    boolean begins = policy.tryBegin(seams.scheduler().elapsedNanos());
    look(seams);
    if (!begins) {
      waiting.add(whenChanged);
    }
    return begins;
  }

  /** A call has ended that began at a time; null: well. */
  void ended(Seams seams, long began, @Nullable Throwable failure) {
    List<Runnable> told;
    synchronized (this) {
      long now = seams.scheduler().elapsedNanos();
      Duration took = Duration.ofNanos(Math.max(0, now - began));
      if (failure == null) {
        policy.succeeded(now, took);
      } else if (isOfTheEvent(failure)) {
        policy.ended(now);
      } else {
        policy.failed(now, took, EventFailure.reasonOf(failure));
      }
      look(seams);
      told = new ArrayList<>(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }

  /** What the platform itself found says nothing of whom the handlers call. */
  private static boolean isOfTheEvent(Throwable failure) {
    Throwable reason = EventFailure.reasonOf(failure);
    return Processing.isFatal(failure)
        || reason instanceof UnknownEventException
        || reason instanceof UnreadableEventException;
  }

  /** Whether a call that failed so is to be made again when it is closed, and counts as none. */
  synchronized boolean holdsBack(Throwable failure) {
    return seen != State.CLOSED
        && !isOfTheEvent(failure)
        && policy.counts(EventFailure.reasonOf(failure));
  }

  synchronized boolean isClosed() {
    return seen == State.CLOSED;
  }

  /** How long nothing is to be tried; not positive: something may be. */
  synchronized Duration untilProbe(Seams seams) {
    return seen == State.OPEN
        ? Duration.ofNanos(policy.probeAt() - seams.scheduler().elapsedNanos())
        : Duration.ZERO;
  }

  /** Nobody needs to be told any more. */
  synchronized void forget(Runnable whenChanged) {
    waiting.remove(whenChanged);
  }

  /** Under the lock. */
  private void look(Seams seams) {
    State now = policy.state();
    if (now == State.OPEN && seen != State.OPEN) {
      nextProbe =
          seams
              .clock()
              .instant()
              .plusNanos(Math.max(0, policy.probeAt() - seams.scheduler().elapsedNanos()));
    }
    if (now != seen) {
      since = seams.clock().instant();
      seen = now;
    }
    if (now != State.OPEN) {
      nextProbe = null;
    }
  }
}
