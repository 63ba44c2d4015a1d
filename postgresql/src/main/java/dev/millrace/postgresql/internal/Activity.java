package dev.millrace.postgresql.internal;

import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Distribution;
import dev.millrace.core.store.StoreActivity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/** What the store has done since it was opened. */
final class Activity {
  private static final int CLASSES = 32;

  private final Counts events = new Counts();
  private final Counts bytes = new Counts();
  private final Counts commitMicros = new Counts();
  private final LongAdder conflicts = new LongAdder();
  private final LongAdder overloads = new LongAdder();

  /** How many values of each power of two. */
  private static final class Counts {
    private final AtomicLongArray counts = new AtomicLongArray(CLASSES);
    private final LongAdder sum = new LongAdder();

    void add(long value) {
      int index = value <= 1 ? 0 : 64 - Long.numberOfLeadingZeros(value - 1);
      counts.incrementAndGet(Math.min(index, CLASSES - 1));
      sum.add(value);
    }

    Distribution distribution() {
      List<Long> all = new ArrayList<>(CLASSES);
      for (int i = 0; i < CLASSES; i++) {
        all.add(counts.get(i));
      }
      return new Distribution(all, sum.sum());
    }
  }

  /** A group became durable. */
  void stored(List<PendingAppend> group, GroupDecision decision, Duration commit) {
    events.add(decision.head() - decision.firstHead());
    long size = 0;
    for (PendingAppend append : group) {
      size += append.bytes();
    }
    bytes.add(size);
    commitMicros.add(commit.toNanos() / 1_000);
  }

  /** A group was decided. */
  void decided(GroupDecision decision) {
    for (GroupDecision.Outcome outcome : decision.outcomes()) {
      if (outcome instanceof GroupDecision.Outcome.Answer(Conflict conflict)) {
        conflicts.increment();
      }
    }
  }

  void overloaded() {
    overloads.increment();
  }

  StoreActivity report(StoreActivity.Queue queue) {
    return new StoreActivity(
        events.distribution(),
        bytes.distribution(),
        commitMicros.distribution(),
        queue,
        0,
        0,
        conflicts.sum(),
        List.of(),
        overloads.sum(),
        0,
        null);
  }
}
