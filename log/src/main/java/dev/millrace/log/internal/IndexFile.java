package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The layout of the index file of a run of segments, little-endian.
 *
 * <pre>
 *    0  8  magic "MILLINDX"
 *    8  4  format version: 2
 *   12  4  CRC-32C of bytes 16 to the end of the head
 *   16  8  number of the first segment
 *   24  4  segments (S)
 *   28  4  tenants (T)
 *   32  4  events (E)
 *   36  4  keys (K)
 *   40  4  postings (P)
 *   44  4  appends (A)
 *   48  4  words of the keys' filter (FK)
 *   52  4  words of the ids' filter (FA)
 *   56  8  0
 *   64     S times: salt (8), position of the first event (8), end of the frames (4), events (4)
 *          tenants: T hashes of 8 bytes, ascending; this is the end of the head
 *   each of the following begins at a multiple of 8, with zeros before it:
 *          filter of the keys: FK words of 8 bytes; see {@link #filterWord}
 *          filter of the ids: FA words of 8 bytes
 *          keys, upper 32 bits: K × 4, ascending with the lower ones; without sign
 *          keys, lower 16 bits: K × 2
 *          ends: K × 4, where the postings of a key end; they begin where those before it end
 *          ids, upper 32 bits: A × 4, ascending with the lower ones; without sign
 *          ids, lower 16 bits: A × 2
 *          first events: A × 4, ordinals, in the order of the ids
 *          offsets: E × 4, of the events, each in its segment
 *          postings: P × 4, ordinals, ascending within a key
 *   pages: CRC-32C of every 4096 bytes from the start of the file to here, 4 each; the last may be shorter
 *          CRC-32C of these checksums, 4
 * </pre>
 *
 * <p>Of the 64 bits of a key, or of the hash of an append id, the upper 48 stand in the file. The
 * head is checked when the store opens, a page before anything of it is used for the first time.
 */
final class IndexFile {
  static final int HEAD_BYTES = 64;
  static final int SEGMENT_BYTES = 24;
  static final int PAGE = 4096;
  private static final long MAGIC = 0x5844_4E49_4C4C_494DL; // "MILLINDX"
  private static final int VERSION = 2;
  private static final int CRC_AT = 12;
  private static final int CHECKED_FROM = 16;
  private static final int DROPPED_BITS = 16;
  private static final int KEYS_PER_WORD = 5; // 12.8 bits a key: 1 false answer in about 100
  private static final String SUFFIX = ".idx";

  /** Most events of a run, so that ordinals and numbers of postings stay positive. */
  static final int MAX_EVENTS = 1 << 29;

  private IndexFile() {}

  /** What stands in the file of a key or of a hash: its upper 48 bits, as a positive number. */
  static long stored(long key) {
    return key >>> DROPPED_BITS;
  }

  static int high(long stored) {
    return (int) (stored >>> DROPPED_BITS);
  }

  static short low(long stored) {
    return (short) stored;
  }

  /** The name of the file for the segments from one to another. */
  static String name(long first, long last) {
    return first == last
        ? String.format(Locale.ROOT, "%012d", first) + SUFFIX
        : String.format(Locale.ROOT, "%012d-%012d", first, last) + SUFFIX;
  }

  /** The segments of a file. */
  record Range(long first, long last) {}

  /** What a file's name says; null when it is not that of an index. */
  static @Nullable Range range(String name) {
    if (!name.matches("\\d{12}(-\\d{12})?\\.idx")) {
      return null;
    }
    long first = Long.parseLong(name.substring(0, 12));
    return new Range(first, name.length() > 16 ? Long.parseLong(name.substring(13, 25)) : first);
  }

  /** How many words a filter has. */
  static int filterWords(int keys) {
    return (keys + KEYS_PER_WORD - 1) / KEYS_PER_WORD;
  }

  /**
   * The word of a filter that stands for a stored key: a Bloom filter with one word to a key, in
   * the order of the keys, so that it can be written from front to back.
   */
  static int filterWord(long stored, int words) {
    return (int) (((stored >>> DROPPED_BITS) * words) >>> 32);
  }

  /** The bits in that word, all of which are set when the key is there. */
  static long filterBits(long stored) {
    long spread = stored * 0x9E37_79B9_7F4A_7C15L;
    return 1L << (spread >>> 58)
        | 1L << (spread >>> 52)
        | 1L << (spread >>> 46)
        | 1L << (spread >>> 40);
  }

  /** How many there are of what a file holds. */
  record Counts(int segments, int tenants, int events, int keys, int postings, int appends) {

    long headBytes() {
      return HEAD_BYTES + (long) SEGMENT_BYTES * segments + 8L * tenants;
    }

    int keyFilterWords() {
      return filterWords(keys);
    }

    int idFilterWords() {
      return filterWords(appends);
    }
  }

  /** Where the parts of a file begin. */
  record Layout(
      long keyFilter,
      long idFilter,
      long keysHigh,
      long keysLow,
      long ends,
      long idsHigh,
      long idsLow,
      long firstEvents,
      long offsets,
      long postings,
      long checksums) {

    static Layout of(Counts counts) {
      long keyFilter = eight(counts.headBytes());
      long idFilter = keyFilter + 8L * counts.keyFilterWords();
      long keysHigh = idFilter + 8L * counts.idFilterWords();
      long keysLow = eight(keysHigh + 4L * counts.keys());
      long ends = eight(keysLow + 2L * counts.keys());
      long idsHigh = eight(ends + 4L * counts.keys());
      long idsLow = eight(idsHigh + 4L * counts.appends());
      long firstEvents = eight(idsLow + 2L * counts.appends());
      long offsets = eight(firstEvents + 4L * counts.appends());
      long postings = eight(offsets + 4L * counts.events());
      long checksums = eight(postings + 4L * counts.postings());
      return new Layout(
          keyFilter,
          idFilter,
          keysHigh,
          keysLow,
          ends,
          idsHigh,
          idsLow,
          firstEvents,
          offsets,
          postings,
          checksums);
    }

    private static long eight(long at) {
      return (at + 7) & -8L;
    }

    int pages() {
      return Math.toIntExact((checksums + PAGE - 1) / PAGE);
    }

    /** Length of the page, which is shorter at the end. */
    int pageBytes(int page) {
      return (int) Math.min(PAGE, checksums - (long) page * PAGE);
    }

    long fileBytes() {
      return checksums + 4L * pages() + 4;
    }
  }

  /** The head of a file. */
  static byte[] head(Counts counts, List<IndexedSegment> segments, long[] tenants, int[] events) {
    byte[] head = new byte[Math.toIntExact(counts.headBytes())];
    ByteBuffer out = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(segments.get(0).header().number());
    out.putInt(counts.segments()).putInt(counts.tenants()).putInt(counts.events());
    out.putInt(counts.keys()).putInt(counts.postings()).putInt(counts.appends());
    out.putInt(counts.keyFilterWords()).putInt(counts.idFilterWords()).putLong(0);
    for (int i = 0; i < segments.size(); i++) {
      SegmentHeader header = segments.get(i).header();
      out.putLong(header.salt()).putLong(header.firstPosition());
      out.putInt(segments.get(i).end()).putInt(events[i]);
    }
    for (long tenant : tenants) {
      out.putLong(tenant);
    }
    out.putInt(CRC_AT, crc(ByteBuffer.wrap(head, CHECKED_FROM, head.length - CHECKED_FROM)));
    return head;
  }

  /** What the first bytes of a file say that it holds; null when they are not of this version. */
  static @Nullable Counts counts(ByteBuffer start) {
    if (start.getLong(0) != MAGIC || start.getInt(8) != VERSION) {
      return null;
    }
    Counts counts =
        new Counts(
            start.getInt(24),
            start.getInt(28),
            start.getInt(32),
            start.getInt(36),
            start.getInt(40),
            start.getInt(44));
    boolean sane =
        counts.segments() > 0
            && counts.tenants() >= 0
            && counts.events() >= 0
            && counts.keys() >= 0
            && counts.postings() >= 0
            && counts.appends() >= 0
            && counts.headBytes() <= Integer.MAX_VALUE;
    return sane ? counts : null;
  }

  /** Whether a whole head is that of an index of these segments. */
  static boolean belongsTo(ByteBuffer head, List<IndexedSegment> segments) {
    if (head.getInt(CRC_AT) != crc(head.duplicate().position(CHECKED_FROM))
        || head.getInt(24) != segments.size()
        || head.getLong(16) != segments.get(0).header().number()) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      int at = HEAD_BYTES + SEGMENT_BYTES * i;
      SegmentHeader header = segments.get(i).header();
      if (head.getLong(at) != header.salt()
          || head.getLong(at + 8) != header.firstPosition()
          || head.getInt(at + 16) != segments.get(i).end()) {
        return false;
      }
    }
    return true;
  }

  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }
}
