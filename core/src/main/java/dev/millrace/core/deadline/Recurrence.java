package dev.millrace.core.deadline;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * When the occurrences of a schedule are. A pure function of time: the same question has the same
 * answer in every process and after every restart. Safe for use from many threads.
 */
@FunctionalInterface
public interface Recurrence {
  /** The first occurrence after a moment; empty: there is none any more. */
  Optional<Instant> next(Instant after);

  /**
   * Every so often, whatever clocks on walls do.
   *
   * @param period at least a second
   * @param from one of the occurrences
   */
  static Recurrence every(Duration period, Instant from) {
    if (period.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("a schedule recurs every second at most, not " + period);
    }
    long millis = period.toMillis();
    return after -> {
      long since = Math.floorDiv(after.toEpochMilli() - from.toEpochMilli(), millis);
      return Optional.of(from.plusMillis(Math.multiplyExact(since + 1, millis)));
    };
  }
}
