package dev.millrace.bench;

import java.time.Duration;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Histograms of nanoseconds, up to a minute, with three digits. */
final class Latencies {
  private static final long MOST = Duration.ofMinutes(1).toNanos();
  private static final int DIGITS = 3;

  private Latencies() {}

  static Histogram histogram() {
    return new Histogram(MOST, DIGITS);
  }

  /** One that several threads may record into. */
  static Histogram shared() {
    return new ConcurrentHistogram(MOST, DIGITS);
  }

  /** Records, also what is out of range. */
  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos, 0, MOST));
  }

  static double p50Micros(Histogram histogram) {
    return histogram.getValueAtPercentile(50) / 1e3;
  }

  static double p99Micros(Histogram histogram) {
    return histogram.getValueAtPercentile(99) / 1e3;
  }
}
