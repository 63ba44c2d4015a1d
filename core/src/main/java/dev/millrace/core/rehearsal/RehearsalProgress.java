package dev.millrace.core.rehearsal;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a rehearsal is.
 *
 * @param work what it does
 * @param done how many events, or rows, of it
 * @param total how many there are; 0: not known
 * @param elapsed time since this work began
 */
public record RehearsalProgress(Work work, long done, long total, Duration elapsed) {

  /** What there is to do, in this order. */
  public enum Work {
    /** Goes through the history; counts positions. */
    REHEARSING,
    /** Compares read models; counts rows of which the number is not known. */
    COMPARING
  }

  /** The time that is left at the speed so far; empty: it cannot be told yet. */
  public Optional<Duration> left() {
    if (done <= 0 || total <= 0) {
      return Optional.empty();
    }
    double share = Math.min(1, (double) done / total);
    return Optional.of(Duration.ofMillis(Math.round(elapsed.toMillis() * (1 / share - 1))));
  }
}
