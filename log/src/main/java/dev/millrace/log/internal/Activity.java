package dev.millrace.log.internal;

import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.TagValue;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** What the writer has done. It counts on its thread; any thread may read. */
final class Activity {
  /** Tags kept: more than anyone looks at, so that those on top are right. */
  private static final int TAGS = 64;

  /** Tags shown. */
  private static final int SHOWN = 10;

  private final Histogram groupEvents = new Histogram();
  private final Histogram groupBytes = new Histogram();
  private final Histogram syncMicros = new Histogram();
  private final HotTags hotTags = new HotTags(TAGS);
  private final LongAdder conflicts = new LongAdder();
  private final LongAdder overloads = new LongAdder();
  private final LongAdder fullRefusals = new LongAdder();

  void synced(long events, long bytes, long micros) {
    groupEvents.add(events);
    groupBytes.add(bytes);
    syncMicros.add(micros);
  }

  void conflicted() {
    conflicts.increment();
  }

  /** A part of a condition that did not hold. */
  void conflicted(Query.Criterion criterion) {
    List<TagValue> tags = criterion.allOf();
    if (tags.isEmpty()) {
      hotTags.add(null);
    }
    for (int i = 0; i < tags.size(); i++) {
      hotTags.add(tags.get(i));
    }
  }

  /** A condition that any event breaks. */
  void conflictedOnAnything() {
    hotTags.add(null);
  }

  void overloaded() {
    overloads.increment();
  }

  void refusedAsFull() {
    fullRefusals.increment();
  }

  StoreActivity now(StoreActivity.Queue queue, int segments, int archivedSegments, DiskWatch disk) {
    List<StoreActivity.HotTag> top = hotTags.top();
    return new StoreActivity(
        groupEvents.distribution(),
        groupBytes.distribution(),
        syncMicros.distribution(),
        queue,
        segments,
        archivedSegments,
        conflicts.sum(),
        top.subList(0, Math.min(SHOWN, top.size())),
        overloads.sum(),
        fullRefusals.sum(),
        disk.room());
  }
}
