package dev.millrace.core;

import java.time.Duration;
import java.time.Instant;

/**
 * Finds how many handlers should run at the same time. Decides only; used by the steps of one
 * worker.
 *
 * <p>By Little's law, {@code n} handlers that take {@code t} each finish {@code n / t} a second.
 * While what they call has room, {@code t} stays and more handlers do more; once it is full, {@code
 * t} grows with {@code n}, and more handlers only wait longer. So it climbs: it measures {@code n /
 * t} over a window, tries another {@code n} in the next, and keeps that if it did better, hill
 * climbing on throughput as Heiss and Wagner describe it ("Adaptive Load Control in Transaction
 * Processing Systems", VLDB 1991) and as .NET's thread pool does. Limits that compare the time with
 * the shortest one ever seen (TCP Vegas, Netflix's gradient) were not taken: they take a service
 * that has become slow for one that is full, and starve it just when it needs more at once.
 *
 * <pre>
 *   climbing   n × 2 as long as each doubling does better; once it does not: back, and settled
 *   settled    every few windows n × 1.25, or n × 0.8: kept if more does better, or less as well
 *   failures   many in a window: n × 0.7, and then climbing by 1.25
 *   another t  at the same n, twice as long or half: climbing again
 * </pre>
 *
 * <p>A window counts only handlers that began in it, at least one for each that may run: so bursts
 * of handlers that end together do not mislead it, and it adapts in some rounds of handlers, fast
 * ones at 100 ms a window at least. While fewer run than may, because there is no more to do,
 * nothing is learned and nothing changes.
 */
final class AdaptiveConcurrency {
  /** Where it begins. */
  static final int FIRST = 16;

  static final int LEAST = 1;

  private static final Duration SHORTEST_WINDOW = Duration.ofMillis(100);

  /** At least so many handlers make a window. */
  private static final int FEWEST = 8;

  private static final double DOUBLING = 2;
  private static final double UP = 1.25;
  private static final double DOWN = 0.8;
  private static final double AFTER_FAILURES = 0.7;

  /** A share of failures that says: too many at once. */
  private static final double MANY_FAILED = 0.2;

  /**
   * More handlers are kept when they bring at least this share of what they would without a queue.
   */
  private static final double WORTH_MORE = 0.5;

  /** Fewer are kept when they cost at most this share. */
  private static final double NOT_MISSED = 0.25;

  /** So much longer or shorter at the same number: something else has changed. */
  private static final double ANOTHER_TIME = 2;

  /** Windows in between two tries, while it is settled. */
  private static final int QUIET = 4;

  private final int most;
  private int limit;

  /** What is known to do well, and how long an event took then; 0: nothing is known. */
  private int base;

  private double baseNanos;

  /** By what it climbs; 1: it is settled. */
  private double growth = DOUBLING;

  private int quiet;
  private boolean downNext;

  private Instant from = Instant.MIN;
  private long ended;
  private long failed;
  private long handled;
  private double nanos;
  private int peak;
  private boolean hadRoom;

  /**
   * Begins.
   *
   * @param most it never allows more
   */
  AdaptiveConcurrency(int most) {
    this.most = most;
    this.limit = Math.min(FIRST, most);
  }

  /** How many may run now. */
  int limit() {
    return limit;
  }

  /**
   * As many were begun as there are, or may be.
   *
   * @param isAll whether everything runs that could
   */
  void running(int now, boolean isAll) {
    peak = Math.max(peak, now);
    hadRoom |= isAll && now < limit;
  }

  /**
   * A handler has ended.
   *
   * @param events that it has handled; none: it has failed
   */
  void ended(Instant began, Instant now, int events) {
    if (began.isBefore(from)) {
      return; // it began under another limit
    }
    if (from.equals(Instant.MIN)) {
      from = began;
    }
    ended++;
    failed += events == 0 ? 1 : 0;
    handled += events;
    nanos += Duration.between(began, now).toNanos();
    boolean isLong = !now.isBefore(from.plus(SHORTEST_WINDOW));
    if (isLong && ended >= Math.max(FEWEST, Math.min(limit, peak))) {
      decide(Math.max(1, nanos / Math.max(1, handled)));
      from = now;
      ended = 0;
      failed = 0;
      handled = 0;
      nanos = 0;
      peak = 0;
      hadRoom = false;
    }
  }

  private void decide(double mean) {
    if (failed >= FEWEST / 2 && failed >= MANY_FAILED * ended) {
      limit = bounded((int) (limit * AFTER_FAILURES));
      base = 0;
      growth = UP;
    } else if (base == 0 || limit == base) {
      settled(mean);
    } else {
      tried(mean);
    }
  }

  private void settled(double mean) {
    double change = base == 0 ? 1 : Math.max(mean / baseNanos, baseNanos / mean);
    if (change >= ANOTHER_TIME) {
      growth = DOUBLING;
      quiet = 0;
    }
    base = limit;
    baseNanos = mean;
    if (hadRoom) {
      return; // more would change nothing
    }
    if (quiet > 0) {
      quiet--;
    } else {
      tryAnother();
    }
  }

  private void tryAnother() {
    if (growth > 1) {
      limit = bounded(Math.max(limit + 1, (int) Math.round(limit * growth)));
    } else if (downNext) {
      limit = bounded((int) (limit * DOWN));
    } else {
      limit = bounded(Math.max(limit + 1, (int) Math.round(limit * UP)));
    }
    downNext = !downNext;
    if (limit == base) { // as high, or as low, as may be
      growth = 1;
      quiet = QUIET;
    }
  }

  /** The last window had another limit than the one before. */
  private void tried(double mean) {
    int used = Math.min(limit, peak);
    if (limit > base && used <= base) {
      limit = base; // there was not more to do
      return;
    }
    double times = (double) used / base;
    double more = Math.log(times * baseNanos / mean) / Math.log(times);
    boolean isUp = limit > base;
    if (isUp ? more >= WORTH_MORE : more <= NOT_MISSED) {
      base = limit;
      baseNanos = mean;
      growth = isUp ? Math.max(growth, UP) : growth;
      if (!hadRoom) {
        tryAnother();
      }
    } else {
      limit = base;
      quiet = growth == DOUBLING ? 0 : QUIET;
      growth = growth == DOUBLING ? UP : 1;
    }
  }

  private int bounded(int wanted) {
    return Math.max(LEAST, Math.min(most, wanted));
  }
}
