package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** The index of a sealed segment, looked up in its file; see {@link IndexFile} for the layout. */
final class SealedIndex implements SegmentIndex {
  private final ByteBuffer file;
  private final int keys;
  private final int appends;
  private final int filterWords;
  private final int filterAt;
  private final int keysAt;
  private final int hashesAt;
  private final int endsAt;
  private final int framesAt;
  private final int offsetsAt;
  private final int postingsAt;
  private final long[] tenants;

  /** An index whose file has been checked, little-endian. */
  SealedIndex(ByteBuffer file) {
    this.file = file;
    int events = file.getInt(40);
    keys = file.getInt(44);
    appends = file.getInt(52);
    tenants = new long[file.getInt(56)];
    filterWords = file.getInt(60);
    for (int i = 0; i < tenants.length; i++) {
      tenants[i] = file.getLong(IndexFile.HEADER_BYTES + 8 * i);
    }
    filterAt = IndexFile.HEADER_BYTES + 8 * tenants.length;
    keysAt = filterAt + 8 * filterWords;
    hashesAt = keysAt + 8 * keys;
    endsAt = hashesAt + 8 * appends;
    framesAt = endsAt + 4 * keys;
    offsetsAt = framesAt + 4 * appends;
    postingsAt = offsetsAt + 4 * events;
  }

  @Override
  public int offset(int ordinal) {
    return file.getInt(offsetsAt + 4 * ordinal);
  }

  private boolean mayHave(long key) {
    long bits = IndexFile.filterBits(key);
    long word = file.getLong(filterAt + 8 * IndexFile.filterWord(key, filterWords));
    return (word & bits) == bits;
  }

  /** The first index of a sorted table of hashes whose hash is not less. */
  private int search(int at, int count, long hash) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (file.getLong(at + 8 * middle) < hash) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int find(long key) {
    if (!mayHave(key)) {
      return -1;
    }
    int found = search(keysAt, keys, key);
    return found < keys && file.getLong(keysAt + 8 * found) == key ? found : -1;
  }

  @Override
  public @Nullable Postings postings(long key) {
    int found = find(key);
    return found < 0 ? null : new Range(start(found), end(found));
  }

  private int start(int key) {
    return key == 0 ? 0 : end(key - 1);
  }

  private int end(int key) {
    return file.getInt(endsAt + 4 * key);
  }

  @Override
  public int newest(long key) {
    int found = find(key);
    return found < 0 ? Postings.NONE : posting(end(found) - 1);
  }

  private int posting(int index) {
    return file.getInt(postingsAt + 4 * index);
  }

  @Override
  public boolean findAppend(long idHash, IntPredicate frame) {
    long hash = AppendIds.key(idHash);
    if (!mayHave(hash)) {
      return false;
    }
    for (int i = search(hashesAt, appends, hash);
        i < appends && file.getLong(hashesAt + 8 * i) == hash;
        i++) {
      if (frame.test(file.getInt(framesAt + 4 * i))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public long[] tenants() {
    return tenants;
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
