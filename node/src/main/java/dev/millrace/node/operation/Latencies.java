package dev.millrace.node.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts of times in buckets, each an eighth of an octave wide, so that a quantile is within 9% of
 * the truth. Counts only grow: whoever looks twice gets those of the time between by subtraction.
 */
public final class Latencies {
  /** Buckets an octave. */
  static final int STEPS = 8;

  /** Up to 2^35 ns, 34 s. */
  static final int BUCKETS = 35 * STEPS;

  private final List<LongAdder> counts = new ArrayList<>(BUCKETS);

  Latencies() {
    for (int i = 0; i < BUCKETS; i++) {
      counts.add(new LongAdder());
    }
  }

  void record(long nanos) {
    counts.get(bucket(Math.max(1, nanos))).increment();
  }

  private static int bucket(long nanos) {
    int octave = 63 - Long.numberOfLeadingZeros(nanos);
    int step = (int) (((nanos - (1L << octave)) * STEPS) >>> octave);
    return Math.min(BUCKETS - 1, octave * STEPS + step);
  }

  /** The counts now. */
  public long[] snapshot() {
    return counts.stream().mapToLong(LongAdder::sum).toArray();
  }

  /** The middle of the bucket in which a quantile of the counts lies, in nanoseconds; 0: none. */
  static long quantile(long[] counts, double quantile) {
    long total = 0;
    for (long count : counts) {
      total += count;
    }
    long rank = (long) Math.ceil(total * quantile);
    long seen = 0;
    for (int i = 0; i < counts.length; i++) {
      seen += counts[i];
      if (seen >= rank && seen > 0) {
        int octave = i / STEPS;
        return (long) ((1L << octave) * (1 + (i % STEPS + 0.5) / STEPS));
      }
    }
    return 0;
  }
}
