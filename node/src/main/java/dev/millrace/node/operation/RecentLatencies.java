package dev.millrace.node.operation;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** Quantiles of the latest latencies: those since the oldest of the last looks at them. */
final class RecentLatencies {
  /** Looks that are kept, each at least a second apart. */
  private static final int LOOKS = 10;

  private final Latencies all;

  // under the lock of this object
  private final Deque<Look> looks = new ArrayDeque<>();

  /** The counts at a time. */
  private static final class Look {
    final Instant at;
    final long[] counts;

    Look(Instant at, long[] counts) {
      this.at = at;
      this.counts = counts;
    }
  }

  /**
   * What they are.
   *
   * @param total how many there were since the start
   * @param p50Millis half of the latest took at most so long; 0: there were none
   * @param p99Millis of hundred of the latest, 99 did
   */
  record Figures(long total, double p50Millis, double p99Millis) {}

  RecentLatencies(Latencies all, Instant now) {
    this.all = all;
    looks.add(new Look(now, all.snapshot()));
  }

  /** As they are at a time. */
  Figures at(Instant now) {
    long[] counts = all.snapshot();
    long[] before = before(new Look(now, counts));
    long[] recent = new long[counts.length];
    long total = 0;
    for (int i = 0; i < counts.length; i++) {
      recent[i] = counts[i] - before[i];
      total += counts[i];
    }
    return new Figures(
        total, Latencies.quantile(recent, 0.5) / 1e6, Latencies.quantile(recent, 0.99) / 1e6);
  }

  /** The counts of the oldest look that is kept; a new one is kept when a second has passed. */
  private synchronized long[] before(Look now) {
    if (now.at.isAfter(looks.getLast().at.plusSeconds(1))) {
      looks.addLast(now);
      if (looks.size() > LOOKS) {
        looks.removeFirst();
      }
    }
    return looks.getFirst().counts;
  }
}
