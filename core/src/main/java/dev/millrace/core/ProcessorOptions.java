package dev.millrace.core;

import dev.millrace.core.processing.Retry;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a processor is driven.
 *
 * @param batch most events that are handled together
 * @param linger how long a batch that caught up may be followed by none, so that the next has more
 * @param ordering what is kept in order
 * @param retry what is done about failures
 * @param mostBlocked it stops rather than have more dead letters, from 0
 * @param mostFailed it stops rather than have a larger share of the recent events fail, 0 to 1
 * @param concurrency most handlers at the same time, where lanes are many
 * @param bulkhead what limits its handlers and those of others together; null: nothing
 * @param breaker what stops its handlers while what they call is away; null: nothing
 * @param adapts whether it is only the most, and their number is found
 */
record ProcessorOptions(
    int batch,
    Duration linger,
    Ordering ordering,
    Retry retry,
    int mostBlocked,
    double mostFailed,
    int concurrency,
    boolean adapts,
    @Nullable Bulkhead bulkhead,
    @Nullable CircuitBreaker breaker) {
  /** Most dead letters that can be allowed: they are in memory, and a reaction saves all. */
  static final int MAX_BLOCKED = 10_000;

  static final int DEFAULT_BLOCKED = 100;
  static final double DEFAULT_FAILED = 0.1;

  /** Most that can be allowed: as many events may be read ahead. */
  static final int MAX_CONCURRENCY = KeyedDrive.MOST_PENDING;

  static final int DEFAULT_CONCURRENCY = 1_024;

  static ProcessorOptions batchesOf(int events) {
    return new ProcessorOptions(
        events,
        Duration.ZERO,
        new Ordering.BySubject(),
        Retry.DEFAULT,
        DEFAULT_BLOCKED,
        DEFAULT_FAILED,
        DEFAULT_CONCURRENCY,
        true,
        null,
        null);
  }

  ProcessorOptions batch(int events) {
    return new ProcessorOptions(
        events,
        linger,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        concurrency,
        adapts,
        bulkhead,
        breaker);
  }

  ProcessorOptions linger(Duration atMost) {
    return new ProcessorOptions(
        batch,
        atMost,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        concurrency,
        adapts,
        bulkhead,
        breaker);
  }

  ProcessorOptions ordering(Ordering by) {
    return new ProcessorOptions(
        batch, linger, by, retry, mostBlocked, mostFailed, concurrency, adapts, bulkhead, breaker);
  }

  ProcessorOptions retry(Retry policy) {
    return new ProcessorOptions(
        batch,
        linger,
        ordering,
        policy,
        mostBlocked,
        mostFailed,
        concurrency,
        adapts,
        bulkhead,
        breaker);
  }

  ProcessorOptions stoppingAbove(int deadLetters, double share) {
    if (deadLetters < 0 || deadLetters > MAX_BLOCKED || !(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "a processor stops above 0 to "
              + MAX_BLOCKED
              + " dead letters and a share from 0 to 1, not "
              + deadLetters
              + " and "
              + share);
    }
    return new ProcessorOptions(
        batch, linger, ordering, retry, deadLetters, share, concurrency, adapts, bulkhead, breaker);
  }

  ProcessorOptions within(Bulkhead limit) {
    return new ProcessorOptions(
        batch,
        linger,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        concurrency,
        adapts,
        limit,
        breaker);
  }

  ProcessorOptions through(CircuitBreaker stops) {
    return new ProcessorOptions(
        batch,
        linger,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        concurrency,
        adapts,
        bulkhead,
        stops);
  }

  /** Comes into the bulkhead, if there is one. */
  boolean enters(Runnable whenFree) {
    return bulkhead == null || bulkhead.tryEnter(whenFree);
  }

  void leaves() {
    if (bulkhead != null) {
      bulkhead.leave();
    }
  }

  ProcessorOptions adaptingUpTo(int handlers) {
    ProcessorOptions fixed = concurrency(handlers);
    return new ProcessorOptions(
        batch,
        linger,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        fixed.concurrency(),
        true,
        bulkhead,
        breaker);
  }

  ProcessorOptions concurrency(int handlers) {
    if (handlers < 1 || handlers > MAX_CONCURRENCY) {
      throw new IllegalArgumentException(
          "1 to " + MAX_CONCURRENCY + " handlers run at the same time, not " + handlers);
    }
    return new ProcessorOptions(
        batch,
        linger,
        ordering,
        retry,
        mostBlocked,
        mostFailed,
        handlers,
        false,
        bulkhead,
        breaker);
  }
}
