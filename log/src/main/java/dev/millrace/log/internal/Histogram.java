package dev.millrace.log.internal;

import dev.millrace.core.store.Distribution;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Counts values by powers of two. One thread counts, without a lock, a read-modify-write or an
 * allocation; any thread may read.
 */
final class Histogram {
  private static final int BUCKETS = 32;

  private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
  private final AtomicLong sum = new AtomicLong();

  void add(long value) {
    long counted = Math.max(0, value);
    int bucket = Math.min(BUCKETS - 1, Long.SIZE - Long.numberOfLeadingZeros(counted - 1));
    int at = counted <= 1 ? 0 : bucket;
    counts.setRelease(at, counts.getPlain(at) + 1);
    sum.setRelease(sum.getPlain() + counted);
  }

  Distribution distribution() {
    List<Long> all = new ArrayList<>(BUCKETS);
    for (int i = 0; i < BUCKETS; i++) {
      all.add(counts.getAcquire(i));
    }
    return new Distribution(all, sum.getAcquire());
  }
}
