package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.Key;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts the files of snapshots in an encrypted store; those of a plain one stay as they are.
 *
 * <pre>
 *    0  8  magic "MILLSNAP"
 *    8  4  format version: 2
 *   12  4  CRC-32C of bytes 16 to the end
 *   16  8  number of the segment whose data key the file's key is derived from
 *   24  8  salt of that segment
 *   32 32  random
 *   64     bytes 16 to the end of the plain file, encrypted with AES-256-GCM, nonce 0; bytes 16 to 63
 *          are authenticated with them
 *      16  tag
 * </pre>
 *
 * <p>The key of a file is derived from the data key and the random bytes, so that it is used once.
 */
final class SnapshotKeys {
  private static final long MAGIC = 0x5041_4E53_4C4C_494DL; // "MILLSNAP"
  private static final int VERSION = 2;
  private static final int CRC_AT = 12;
  private static final int CLEAR_FROM = 16;
  private static final int RANDOM_AT = 32;
  private static final int RANDOM_BYTES = 32;
  private static final int SEALED_AT = 64;
  private static final String PURPOSE = "millrace snapshot 1";
  private static final byte[] NONCE = new byte[Gcm.NONCE_BYTES];

  private final Visible visible;
  private final StoreKeys keys;
  private final RandomGenerator random;

  /** Finds the key of a segment; null: there is none. */
  @FunctionalInterface
  interface SegmentKeys {
    @Nullable SegmentKey find(long number, long salt);
  }

  /**
   * Of an open store.
   *
   * @param keys have those of segments that were written again since
   */
  SnapshotKeys(Visible visible, StoreKeys keys, RandomGenerator random) {
    this.visible = visible;
    this.keys = keys;
    this.random = random;
  }

  private Segment active() {
    Segment[] segments = visible.segments();
    return segments[segments.length - 1];
  }

  private @Nullable SegmentKey newest() {
    return active().key();
  }

  /** The name of a file whose plain name would be the hash of these bytes. */
  String name(byte[] key) {
    SegmentKey newest = newest();
    return name(key, newest == null ? Hash64.XXH3 : newest.hash());
  }

  static String name(byte[] key, Hash64 hash) {
    return String.format(Locale.ROOT, "%016x", hash.bytes(key, 0, key.length))
        + SnapshotFile.SUFFIX;
  }

  /** What is stored for a plain file. */
  byte[] seal(byte[] plain) {
    Segment active = active();
    SegmentKey key = active.key();
    return key == null ? plain : seal(plain, active.header(), key, random);
  }

  /** The same with the key of a segment. */
  static byte[] seal(byte[] plain, SegmentHeader header, SegmentKey key, RandomGenerator random) {
    byte[] salt = new byte[RANDOM_BYTES];
    random.nextBytes(salt);
    int length = plain.length - CLEAR_FROM;
    byte[] file = new byte[SEALED_AT + length + Gcm.TAG_BYTES];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0);
    out.putLong(header.number()).putLong(header.salt()).put(salt);
    Gcm.seal(
        Gcm.cipher(),
        key.derive(salt, PURPOSE),
        Gcm.Range.of(NONCE),
        new Gcm.Range(file, CLEAR_FROM, SEALED_AT - CLEAR_FROM),
        new Gcm.Range(plain, CLEAR_FROM, length),
        file,
        SEALED_AT);
    out.putInt(CRC_AT, crc(file));
    return file;
  }

  /** Whether a file says that it is encrypted. */
  static boolean isSealed(byte[] file) {
    return file.length >= SEALED_AT
        && LittleEndian.getLong(file, 0) == MAGIC
        && LittleEndian.getInt(file, Long.BYTES) == VERSION;
  }

  /** The plain file of what is stored; null when it is not one of this store, or not whole. */
  byte @Nullable [] open(byte[] file) {
    return newest() == null ? file : open(file, this::key);
  }

  /** The plain file of one that is encrypted; null when it is not, or not whole. */
  static byte @Nullable [] open(byte[] file, SegmentKeys keys) {
    if (file.length < SEALED_AT + Gcm.TAG_BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong() != MAGIC || in.getInt() != VERSION || in.getInt() != crc(file)) {
      return null;
    }
    SegmentKey key = keys.find(in.getLong(), in.getLong());
    if (key == null) {
      return null;
    }
    byte[] salt = new byte[RANDOM_BYTES];
    in.get(RANDOM_AT, salt);
    Key derived = key.derive(salt, PURPOSE);
    int sealed = file.length - SEALED_AT;
    byte[] plain = new byte[CLEAR_FROM + sealed - Gcm.TAG_BYTES];
    boolean whole =
        Gcm.open(
            derived,
            Gcm.Range.of(NONCE),
            new Gcm.Range(file, CLEAR_FROM, SEALED_AT - CLEAR_FROM),
            new Gcm.Range(file, SEALED_AT, sealed),
            plain,
            CLEAR_FROM);
    return whole ? SnapshotFile.complete(plain) : null;
  }

  private @Nullable SegmentKey key(long number, long salt) {
    for (Segment segment : visible.segments()) {
      if (segment.header().number() == number && segment.header().salt() == salt) {
        return segment.key();
      }
    }
    return keys.open(active().header().identity().id(), number, salt);
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, CLEAR_FROM, file.length - CLEAR_FROM);
    return (int) crc.getValue();
  }
}
