package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The index of a run of sealed segments, looked up in its file; see {@link IndexFile} for the
 * layout. Keys are hashes and thus spread evenly, so that a look-up begins where a key should be
 * and has only to look around there.
 */
final class SealedIndex implements RunIndex, IndexSource {
  private static final int FIRST_STEP = 8;
  private static final int NOT_FOUND = -1;

  private final IndexFile.Counts counts;
  private final IndexFile.Layout layout;
  private final IndexPages pages;
  private final long[] tenants;

  private SealedIndex(IndexFile.Counts counts, IndexFile.Layout layout, IndexPages pages) {
    this.counts = counts;
    this.layout = layout;
    this.pages = pages;
    this.tenants = new long[counts.tenants()];
    long at = IndexFile.HEAD_BYTES + (long) IndexFile.SEGMENT_BYTES * counts.segments();
    for (int i = 0; i < tenants.length; i++) {
      tenants[i] = pages.getLong(at + 8L * i);
    }
  }

  /**
   * Opens the index file of segments.
   *
   * @return null when it is not whole as far as that can be told without reading all of it
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  static @Nullable SealedIndex open(Disk disk, List<IndexedSegment> segments) throws IOException {
    long number = segments.get(0).header().number();
    DiskFile file = disk.open(IndexFile.name(number, number + segments.size() - 1));
    SealedIndex index = null;
    try {
      index = open(file, segments);
    } catch (IndexDamagedException e) {
      // made again, as one that is not whole
    } finally {
      if (index == null) {
        file.close();
      }
    }
    return index;
  }

  private static @Nullable SealedIndex open(DiskFile file, List<IndexedSegment> segments)
      throws IOException {
    long size = file.size();
    if (size < IndexFile.HEAD_BYTES) {
      return null;
    }
    ByteBuffer[] chunks = IndexPages.chunks(file, size);
    IndexFile.Counts counts = IndexFile.counts(chunks[0]);
    if (counts == null || counts.headBytes() > chunks[0].limit()) {
      return null;
    }
    IndexFile.Layout layout = IndexFile.Layout.of(counts);
    ByteBuffer head = chunks[0].slice(0, (int) counts.headBytes()).order(ByteOrder.LITTLE_ENDIAN);
    if (layout.fileBytes() != size || !IndexFile.belongsTo(head, segments)) {
      return null;
    }
    IndexPages pages = new IndexPages(file, chunks, layout);
    return pages.checksumsAreWhole() ? new SealedIndex(counts, layout, pages) : null;
  }

  /** The file's name. */
  String file() {
    return pages.name();
  }

  /** Closes the file. Who is looking something up goes on; a system may close it later. */
  void close() {
    pages.close();
  }

  /** Whether the whole file is as it was written. */
  boolean isWhole() {
    return pages.isWhole();
  }

  IndexFile.Counts counts() {
    return counts;
  }

  /** Bytes of the file. */
  long bytes() {
    return layout.fileBytes();
  }

  /** Bytes of the file that append ids take. */
  long idBytes() {
    return 8L * counts.idFilterWords() + 10L * counts.appends();
  }

  @Override
  public int events() {
    return counts.events();
  }

  @Override
  public int appends() {
    return counts.appends();
  }

  @Override
  public int offset(int ordinal) {
    return pages.getInt(layout.offsets() + 4L * ordinal);
  }

  @Override
  public void expectFilter(long key) {
    int words = counts.keyFilterWords();
    if (words > 0) {
      pages.expect(wordAt(layout.keyFilter(), words, IndexFile.stored(key)));
    }
  }

  @Override
  public void expectKey(long key) {
    long stored = IndexFile.stored(key);
    if (mayHaveKey(stored)) {
      int guess = keyTable().guess(stored);
      pages.expect(layout.keysHigh() + 4L * guess);
      pages.expect(layout.keysLow() + 2L * guess);
      pages.expect(layout.ends() + 4L * guess);
    }
  }

  @Override
  public void expectPostings(long key) {
    long stored = IndexFile.stored(key);
    int found = mayHaveKey(stored) ? find(stored) : NOT_FOUND;
    if (found != NOT_FOUND) {
      pages.expect(layout.postings() + 4L * start(found));
    }
  }

  @Override
  public void expectOffset(int ordinal) {
    pages.expect(layout.offsets() + 4L * ordinal);
  }

  private boolean mayHaveKey(long stored) {
    return mayHave(layout.keyFilter(), counts.keyFilterWords(), stored);
  }

  private static long wordAt(long filter, int words, long stored) {
    return filter + 8L * IndexFile.filterWord(stored, words);
  }

  private boolean mayHave(long filter, int words, long stored) {
    if (words == 0) {
      return false;
    }
    long bits = IndexFile.filterBits(stored);
    return (pages.getLong(wordAt(filter, words, stored)) & bits) == bits;
  }

  /** A sorted table of stored keys. */
  private final class Table {
    private final long highAt;
    private final long lowAt;
    private final int count;

    Table(long highAt, long lowAt, int count) {
      this.highAt = highAt;
      this.lowAt = lowAt;
      this.count = count;
    }

    private int high(int index) {
      return pages.getInt(highAt + 4L * index);
    }

    long get(int index) {
      int low = Short.toUnsignedInt(pages.getShort(lowAt + 2L * index));
      return (Integer.toUnsignedLong(high(index)) << 16) | low;
    }

    private boolean isLess(int index, long stored) {
      int high = high(index);
      int wanted = IndexFile.high(stored);
      return high == wanted ? get(index) < stored : Integer.compareUnsigned(high, wanted) < 0;
    }

    /** Where a key should be, in a table that is not empty. */
    int guess(long stored) {
      return (int) ((Integer.toUnsignedLong(IndexFile.high(stored)) * count) >>> 32);
    }

    /** The first index whose key is not less. */
    int search(long stored) {
      if (count == 0) {
        return 0;
      }
      long wanted = Integer.toUnsignedLong(IndexFile.high(stored));
      int guess = guess(stored);
      long off = wanted - Integer.toUnsignedLong(high(guess));
      guess = Math.clamp(guess + ((off * count) >> 32), 0, count - 1);
      int low;
      int high;
      int step = FIRST_STEP;
      if (isLess(guess, stored)) {
        low = guess + 1;
        while (low + step < count && isLess(low + step - 1, stored)) {
          low += step;
          step *= 2;
        }
        high = Math.min(count, low + step);
      } else {
        high = guess;
        while (high - step > 0 && !isLess(high - step, stored)) {
          high -= step;
          step *= 2;
        }
        low = Math.max(0, high - step);
      }
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (isLess(middle, stored)) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  private Table keyTable() {
    return new Table(layout.keysHigh(), layout.keysLow(), counts.keys());
  }

  private Table idTable() {
    return new Table(layout.idsHigh(), layout.idsLow(), counts.appends());
  }

  @Override
  public @Nullable Postings postings(long key) {
    long stored = IndexFile.stored(key);
    int found = mayHaveKey(stored) ? find(stored) : NOT_FOUND;
    return found == NOT_FOUND ? null : new Range(start(found), end(found));
  }

  private int find(long stored) {
    Table table = keyTable();
    int found = table.search(stored);
    return found < counts.keys() && table.get(found) == stored ? found : NOT_FOUND;
  }

  private int start(int key) {
    return key == 0 ? 0 : end(key - 1);
  }

  private int end(int key) {
    return pages.getInt(layout.ends() + 4L * key);
  }

  private int posting(int index) {
    return pages.getInt(layout.postings() + 4L * index);
  }

  @Override
  public boolean findAppend(long idHash, IntPredicate firstEvent) {
    long stored = IndexFile.stored(idHash);
    if (!mayHave(layout.idFilter(), counts.idFilterWords(), stored)) {
      return false;
    }
    Table table = idTable();
    for (int i = table.search(stored); i < counts.appends() && table.get(i) == stored; i++) {
      if (firstEvent.test(firstEvent(i))) {
        return true;
      }
    }
    return false;
  }

  private int firstEvent(int append) {
    return pages.getInt(layout.firstEvents() + 4L * append);
  }

  @Override
  public long[] tenants() {
    return tenants;
  }

  @Override
  public int postings() {
    return counts.postings();
  }

  @Override
  public Keys keys() {
    Table table = keyTable();
    return new Keys() {
      private int at = -1;
      private int start;
      private int end;

      @Override
      public boolean next() {
        if (at + 1 >= counts.keys()) {
          return false;
        }
        at++;
        start = end;
        end = SealedIndex.this.end(at);
        return true;
      }

      @Override
      public long stored() {
        return table.get(at);
      }

      @Override
      public int size() {
        return end - start;
      }

      @Override
      public int posting(int number) {
        return SealedIndex.this.posting(start + number);
      }
    };
  }

  @Override
  public Ids ids() {
    Table table = idTable();
    return new Ids() {
      private int at = -1;

      @Override
      public boolean next() {
        return ++at < counts.appends();
      }

      @Override
      public long stored() {
        return table.get(at);
      }

      @Override
      public int firstEvent() {
        return SealedIndex.this.firstEvent(at);
      }
    };
  }

  /** The postings of one key. */
  private final class Range implements Postings {
    private final int start;
    private final int end;
    private int at;

    Range(int start, int end) {
      this.start = start;
      this.end = end;
      this.at = start;
    }

    @Override
    public int ceiling(int ordinal) {
      at = firstFrom(ordinal);
      return at < end ? posting(at) : NONE;
    }

    @Override
    public int floor(int ordinal) {
      at = firstFrom(ordinal + 1);
      return at > start ? posting(at - 1) : NONE;
    }

    /** The next one is most often the one; else a binary search on the side where it lies. */
    private int firstFrom(int ordinal) {
      int low = start;
      int high = end;
      if (at < end && posting(at) < ordinal) {
        low = at + 1;
        if (low < end && posting(low) >= ordinal) {
          return low;
        }
      } else {
        high = at; // the answer is at or before it
        if (at > start && posting(at - 1) < ordinal) {
          return at;
        }
      }
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (posting(middle) < ordinal) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
