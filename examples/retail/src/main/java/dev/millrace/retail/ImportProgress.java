package dev.millrace.retail;

import java.time.Duration;
import java.util.Optional;

/**
 * How far an import is.
 *
 * @param phase what it does
 * @param rows settled: in events, or rejected; while reading: read
 * @param totalRows of all files; while reading 0: not known yet
 * @param commands sent
 * @param events stored since it began
 * @param elapsed since it began
 * @param importing since the first command
 */
public record ImportProgress(
    Phase phase,
    long rows,
    long totalRows,
    long commands,
    long events,
    Duration elapsed,
    Duration importing) {

  /** What an import does. */
  public enum Phase {
    /** Reads the files to find the last row of each invoice. */
    READING,
    /** Sends commands. */
    IMPORTING,
    /** Waits until reactions and read models have caught up. */
    CATCHING_UP
  }

  /** Rows settled a second, since the first command. */
  public double rowsPerSecond() {
    double seconds = importing.toNanos() / 1e9;
    return seconds > 0 ? rows / seconds : 0;
  }

  /** How long it will take at the rate so far; empty while that is not known. */
  public Optional<Duration> timeLeft() {
    double rate = rowsPerSecond();
    return phase == Phase.IMPORTING && rate > 0
        ? Optional.of(Duration.ofMillis((long) ((totalRows - rows) / rate * 1_000)))
        : Optional.empty();
  }
}
