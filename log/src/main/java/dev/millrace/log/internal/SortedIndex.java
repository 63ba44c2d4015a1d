package dev.millrace.log.internal;

import java.util.Arrays;

/** The index of a segment in memory, which nothing is added to any more, in a file's order. */
final class SortedIndex implements IndexSource {
  private static final int DIGITS = 256;

  private final ActiveIndex index;
  private long[] keys;
  private int[] ends;
  private int[] postings = new int[1024];
  private long[] ids;
  private int[] firstEvents;

  SortedIndex(ActiveIndex index) {
    this.index = index;
    this.keys = new long[index.lists().keys()];
    this.ends = new int[keys.length];
    this.ids = new long[index.appends().size()];
    this.firstEvents = new int[ids.length];
    sortKeys();
    sortIds();
  }

  /** Keys of which the file keeps the same bits become one. */
  private void sortKeys() {
    int[] filled = new int[1];
    index.lists().forEach((key, list) -> keys[filled[0]++] = key);
    flipSigns();
    Arrays.sort(keys);
    flipSigns();
    int distinct = 0;
    int size = 0;
    for (int i = 0; i < keys.length; i++) {
      long stored = IndexFile.stored(keys[i]);
      boolean same = distinct > 0 && keys[distinct - 1] == stored;
      int from = same ? (distinct == 1 ? 0 : ends[distinct - 2]) : size;
      size = copy(keys[i], size);
      if (same) {
        size = merge(from, size);
      } else {
        keys[distinct++] = stored;
      }
      ends[distinct - 1] = size;
    }
    keys = Arrays.copyOf(keys, distinct);
    ends = Arrays.copyOf(ends, distinct);
    postings = Arrays.copyOf(postings, size);
  }

  private void flipSigns() {
    for (int i = 0; i < keys.length; i++) {
      keys[i] ^= Long.MIN_VALUE;
    }
  }

  private int copy(long key, int to) {
    int size = to;
    Postings list = java.util.Objects.requireNonNull(index.postings(key));
    for (int at = list.ceiling(0); at != Postings.NONE; at = list.ceiling(at + 1)) {
      if (size == postings.length) {
        postings = Arrays.copyOf(postings, size * 2);
      }
      postings[size++] = at;
    }
    return size;
  }

  /** Sorts a range and keeps one of equal ones; returns its new end. */
  private int merge(int from, int to) {
    Arrays.sort(postings, from, to);
    int size = from;
    for (int i = from; i < to; i++) {
      if (i == from || postings[i] != postings[i - 1]) {
        postings[size++] = postings[i];
      }
    }
    return size;
  }

  /** A radix sort, from the lowest byte of the six. */
  private void sortIds() {
    int[] filled = new int[1];
    index
        .appends()
        .forEach((hash, firstEvent) -> {
          ids[filled[0]] = IndexFile.stored(hash);
          firstEvents[filled[0]++] = firstEvent;
        });
    long[] otherIds = new long[ids.length];
    int[] otherEvents = new int[ids.length];
    for (int shift = 0; shift < 48; shift += 8) {
      int[] starts = new int[DIGITS + 1];
      for (long id : ids) {
        starts[((int) (id >>> shift) & (DIGITS - 1)) + 1]++;
      }
      for (int i = 0; i < DIGITS; i++) {
        starts[i + 1] += starts[i];
      }
      for (int i = 0; i < ids.length; i++) {
        int to = starts[(int) (ids[i] >>> shift) & (DIGITS - 1)]++;
        otherIds[to] = ids[i];
        otherEvents[to] = firstEvents[i];
      }
      long[] swappedIds = ids;
      ids = otherIds;
      otherIds = swappedIds;
      int[] swappedEvents = firstEvents;
      firstEvents = otherEvents;
      otherEvents = swappedEvents;
    }
  }

  @Override
  public int events() {
    return index.events();
  }

  @Override
  public int postings() {
    return postings.length;
  }

  @Override
  public int appends() {
    return ids.length;
  }

  @Override
  public int offset(int ordinal) {
    return index.offset(ordinal);
  }

  @Override
  public long[] tenants() {
    return index.tenants();
  }

  @Override
  public Keys keys() {
    return new Keys() {
      private int at = -1;
      private int start;
      private int end;

      @Override
      public boolean next() {
        if (at + 1 >= keys.length) {
          return false;
        }
        at++;
        start = end;
        end = ends[at];
        return true;
      }

      @Override
      public long stored() {
        return keys[at];
      }

      @Override
      public int size() {
        return end - start;
      }

      @Override
      public int posting(int number) {
        return postings[start + number];
      }
    };
  }

  @Override
  public Ids ids() {
    return new Ids() {
      private int at = -1;

      @Override
      public boolean next() {
        return ++at < ids.length;
      }

      @Override
      public long stored() {
        return ids[at];
      }

      @Override
      public int firstEvent() {
        return firstEvents[at];
      }
    };
  }
}
