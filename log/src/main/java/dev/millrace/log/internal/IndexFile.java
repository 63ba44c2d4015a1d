package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * The layout of the index file of a sealed segment, little-endian. The same segment always gives
 * the same bytes, so that a check only has to make it again and compare.
 *
 * <pre>
 *    0  8  magic "MILLINDX"
 *    8  4  format version
 *   12  4  CRC-32C of bytes 16 to the end
 *   16  8  segment number
 *   24  8  segment salt
 *   32  8  end of the segment's frames
 *   40  4  events (E)
 *   44  4  keys (K)
 *   48  4  postings (P)
 *   52  4  appends (A)
 *   56  4  tenants (T)
 *   60  4  words of the filter (F), a power of two
 *   64     tenants: T hashes, 8 bytes each
 *          filter: F words of 8 bytes; see {@link #filterWord}
 *          keys: K × 8, ascending
 *          appends: A × 8, hashes of the ids, ascending
 *          ends: K × 4, where the postings of a key end; they begin where those before it end
 *          frames: A × 4, offsets, in the order of the hashes
 *          offsets: E × 4, of the events
 *          postings: P × 4, ordinals, ascending within a key
 * </pre>
 */
final class IndexFile {
  static final int HEADER_BYTES = 64;
  private static final long MAGIC = 0x5844_4E49_4C4C_494DL; // "MILLINDX"
  private static final int VERSION = 1;
  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 16;
  private static final int KEYS_PER_WORD = 5; // 12.8 bits a key: 1 false answer in about 100

  private IndexFile() {}

  /** The file for a segment, from its index in memory, which nothing is added to any more. */
  static byte[] encode(SegmentHeader header, int end, ActiveIndex index) {
    long[] keys = new long[index.lists().keys()];
    int[] filled = new int[1];
    index.lists().forEach((key, postings) -> keys[filled[0]++] = key);
    Arrays.sort(keys);
    int[] counts = new int[keys.length];
    int[] postings = postings(index, keys, counts);
    long[] hashes = new long[index.appends().size()];
    int[] frames = new int[hashes.length];
    appends(index, hashes, frames);
    long[] filter = filter(keys, hashes);
    long[] tenants = index.tenants().clone();
    Arrays.sort(tenants);
    int length =
        HEADER_BYTES
            + 8 * (tenants.length + filter.length + keys.length + hashes.length)
            + 4 * (counts.length + frames.length + index.events() + postings.length);
    byte[] file = new byte[length];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0);
    out.putLong(header.number()).putLong(header.salt()).putLong(end);
    out.putInt(index.events()).putInt(keys.length).putInt(postings.length);
    out.putInt(hashes.length).putInt(tenants.length).putInt(filter.length);
    longs(out, tenants);
    longs(out, filter);
    longs(out, keys);
    longs(out, hashes);
    ints(out, counts);
    ints(out, frames);
    for (int i = 0; i < index.events(); i++) {
      out.putInt(index.offset(i));
    }
    ints(out, postings);
    out.putInt(CRC_AT, crc(ByteBuffer.wrap(file)));
    return file;
  }

  private static void longs(ByteBuffer out, long[] values) {
    for (long value : values) {
      out.putLong(value);
    }
  }

  private static void ints(ByteBuffer out, int[] values) {
    for (int value : values) {
      out.putInt(value);
    }
  }

  private static int[] postings(ActiveIndex index, long[] keys, int[] ends) {
    int[] all = new int[Math.max(16, keys.length * 2)];
    int size = 0;
    for (int i = 0; i < keys.length; i++) {
      Postings list = java.util.Objects.requireNonNull(index.postings(keys[i]));
      for (int at = list.ceiling(0); at != Postings.NONE; at = list.ceiling(at + 1)) {
        if (size == all.length) {
          all = Arrays.copyOf(all, size * 2);
        }
        all[size++] = at;
      }
      ends[i] = size;
    }
    return Arrays.copyOf(all, size);
  }

  /** Sorts by hash, and by frame where ids share one. */
  private static void appends(ActiveIndex index, long[] hashes, int[] frames) {
    int[] filled = new int[1];
    long[] unsorted = new long[hashes.length];
    int[] offsets = new int[hashes.length];
    index
        .appends()
        .forEach((hash, frame) -> {
          unsorted[filled[0]] = hash;
          offsets[filled[0]++] = frame;
        });
    Integer[] order = new Integer[hashes.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) -> {
          int byHash = Long.compare(unsorted[a], unsorted[b]);
          return byHash != 0 ? byHash : Integer.compare(offsets[a], offsets[b]);
        });
    for (int i = 0; i < order.length; i++) {
      hashes[i] = unsorted[order[i]];
      frames[i] = offsets[order[i]];
    }
  }

  private static long[] filter(long[] keys, long[] hashes) {
    int words = 1;
    while ((long) words * KEYS_PER_WORD < (long) keys.length + hashes.length) {
      words *= 2;
    }
    long[] filter = new long[words];
    for (long key : keys) {
      filter[filterWord(key, words)] |= filterBits(key);
    }
    for (long hash : hashes) {
      filter[filterWord(hash, words)] |= filterBits(hash);
    }
    return filter;
  }

  /** The word of the filter that stands for a key: a Bloom filter with one word to a key. */
  static int filterWord(long key, int words) {
    return (int) (key >>> 40) & words - 1;
  }

  /** The bits in that word, all of which are set when the key is there. */
  static long filterBits(long key) {
    long spread = key * 0x9E37_79B9_7F4A_7C15L;
    return 1L << (spread >>> 58)
        | 1L << (spread >>> 52)
        | 1L << (spread >>> 46)
        | 1L << (spread >>> 40);
  }

  /** Whether a file is whole, and the index of this segment. */
  static boolean belongsTo(ByteBuffer file, SegmentHeader header, long end) {
    return file.limit() >= HEADER_BYTES
        && file.getLong(0) == MAGIC
        && file.getInt(8) == VERSION
        && file.getLong(16) == header.number()
        && file.getLong(24) == header.salt()
        && file.getLong(32) == end
        && file.getInt(CRC_AT) == crc(file);
  }

  private static int crc(ByteBuffer file) {
    CRC32C crc = new CRC32C();
    crc.update(file.duplicate().position(CHECKED_FROM));
    return (int) crc.getValue();
  }
}
