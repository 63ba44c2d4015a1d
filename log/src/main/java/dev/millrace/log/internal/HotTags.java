package dev.millrace.log.internal;

import dev.millrace.core.store.StoreActivity.HotTag;
import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The tags of conditions that did not hold, in bounded memory: the space-saving algorithm
 * (Metwally, Agrawal, El Abbadi, 2005). A tag that is not among those kept takes the place, and the
 * count, of the rarest one, so that whatever is frequent is found, and no count is too low. One
 * thread counts; any thread may read.
 */
final class HotTags {
  private final AtomicReferenceArray<@Nullable Entry> entries;

  /** A tag; null: conditions without one. */
  private static final class Entry {
    final @Nullable TagValue tag;
    final long overcount;
    volatile long count;

    Entry(@Nullable TagValue tag, long overcount) {
      this.tag = tag;
      this.overcount = overcount;
      this.count = overcount + 1;
    }

    boolean is(@Nullable TagValue other) {
      return tag == null ? other == null : tag.equals(other);
    }
  }

  /** Keeps at most so many. */
  HotTags(int most) {
    entries = new AtomicReferenceArray<>(most);
  }

  /** Counts a conflict on a tag; null: on no tag. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread counts
  void add(@Nullable TagValue tag) {
    int rarest = 0;
    long least = Long.MAX_VALUE;
    for (int i = 0; i < entries.length(); i++) {
      Entry entry = entries.getPlain(i);
      if (entry == null) {
        entries.setRelease(i, new Entry(tag, 0));
        return;
      }
      if (entry.is(tag)) {
        entry.count++;
        return;
      }
      if (entry.count < least) {
        least = entry.count;
        rarest = i;
      }
    }
    entries.setRelease(rarest, new Entry(tag, least));
  }

  /** The most frequent first. */
  List<HotTag> top() {
    List<HotTag> top = new ArrayList<>();
    for (int i = 0; i < entries.length(); i++) {
      Entry entry = entries.getAcquire(i);
      if (entry != null) {
        String tag = entry.tag == null ? "" : entry.tag.toString();
        top.add(new HotTag(tag, entry.count, entry.overcount));
      }
    }
    top.sort(Comparator.comparingLong(HotTag::conflicts).reversed().thenComparing(HotTag::tag));
    return top;
  }
}
