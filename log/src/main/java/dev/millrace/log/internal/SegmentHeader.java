package dev.millrace.log.internal;

import dev.millrace.core.store.StoreIdentity;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The first page of a segment. It is durable, with the folder's entry, before the first frame is
 * written; what it says of the segment before it is the proof that all of that one was durable.
 *
 * <pre>
 *    0  8  magic "MILLRLOG"
 *    8  4  format version: 1; 2 when its frames are encrypted
 *   12  4  size of this header: 4096
 *   16 16  store id
 *   32  8  history epoch
 *   40  8  segment number, from 1
 *   48  8  segment salt
 *   56  8  position of the first event
 *   64  8  number of the first group
 *   72  8  end of the frames in the segment before; 0 in the first
 *   80  8  when it was created, in microseconds since 1970
 *   88  8  positions before the first event that are missing: lost with what a salvage left out
 *   96     in an encrypted segment its {@link WrappedKey}
 *          zeros
 * 4088  4  1: the segment was made with a hole, see {@link #hole}; 0: it was not
 * 4092  4  CRC-32C of bytes 0 to 4091
 * </pre>
 *
 * @param identity whose segment
 * @param number from 1
 * @param salt in every frame, so that bytes of another segment are never taken for this one's
 * @param firstPosition position of its first event
 * @param firstGroup number of its first group
 * @param previousEnd end of the frames in the segment before; 0 in the first
 * @param createdMicros since 1970
 * @param missing positions between the end of the segment before and the first event that are lost
 * @param key what its frames are encrypted with; null: they are not
 * @param hole whether it was made longer without writing zeros: then a disk may be full where none
 *     were written yet
 */
record SegmentHeader(
    StoreIdentity identity,
    long number,
    long salt,
    long firstPosition,
    long firstGroup,
    long previousEnd,
    long createdMicros,
    long missing,
    @Nullable WrappedKey key,
    boolean hole) {
  static final int BYTES = 4096;
  static final int PLAIN_VERSION = 1;
  static final int VERSION = 2;
  private static final long MAGIC = 0x474F_4C52_4C4C_494DL; // "MILLRLOG"
  private static final int CRC_AT = BYTES - 4;
  private static final int HOLE_AT = BYTES - 8;
  private static final String SUFFIX = ".seg";

  SegmentHeader(
      StoreIdentity identity,
      long number,
      long salt,
      long firstPosition,
      long firstGroup,
      long previousEnd,
      long createdMicros,
      long missing,
      @Nullable WrappedKey key) {
    this(
        identity,
        number,
        salt,
        firstPosition,
        firstGroup,
        previousEnd,
        createdMicros,
        missing,
        key,
        false);
  }

  /** A header of another format version. */
  static final class WrongVersion extends Exception {
    private static final long serialVersionUID = 1L;
    final int version;

    WrongVersion(int version) {
      super("format version " + version);
      this.version = version;
    }
  }

  String fileName() {
    return fileName(number);
  }

  static String fileName(long number) {
    return String.format(Locale.ROOT, "%012d", number) + SUFFIX;
  }

  static boolean isSegment(String fileName) {
    return fileName.matches("\\d{12}\\.seg");
  }

  static long number(String fileName) {
    return Long.parseLong(fileName.substring(0, fileName.length() - SUFFIX.length()));
  }

  byte[] encode() {
    byte[] page = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(key == null ? PLAIN_VERSION : VERSION).putInt(BYTES);
    out.putLong(identity.id().getMostSignificantBits());
    out.putLong(identity.id().getLeastSignificantBits());
    out.putLong(identity.epoch()).putLong(number).putLong(salt);
    out.putLong(firstPosition).putLong(firstGroup).putLong(previousEnd).putLong(createdMicros);
    out.putLong(missing);
    if (key != null) {
      key.encode(out);
    }
    out.putInt(HOLE_AT, hole ? 1 : 0);
    out.putInt(CRC_AT, crc(page));
    return page;
  }

  /** Reads a header; null when the bytes are none. */
  static @Nullable SegmentHeader decode(ByteBuffer bytes) throws WrongVersion {
    if (bytes.remaining() < BYTES) {
      return null;
    }
    byte[] page = new byte[BYTES];
    bytes.get(bytes.position(), page);
    ByteBuffer in = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong() != MAGIC || in.getInt(CRC_AT) != crc(page)) {
      return null;
    }
    int version = in.getInt();
    if (version < PLAIN_VERSION || version > VERSION || in.getInt() != BYTES) {
      throw new WrongVersion(version);
    }
    try {
      return decode(in, version);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return null;
    }
  }

  private static SegmentHeader decode(ByteBuffer in, int version) {
    StoreIdentity identity = new StoreIdentity(new UUID(in.getLong(), in.getLong()), in.getLong());
    return new SegmentHeader(
        identity,
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        in.getLong(),
        version == PLAIN_VERSION ? null : WrappedKey.decode(in),
        in.getInt(HOLE_AT) != 0);
  }

  /** The same segment in another history. */
  SegmentHeader in(StoreIdentity other) {
    return new SegmentHeader(
        other,
        number,
        salt,
        firstPosition,
        firstGroup,
        previousEnd,
        createdMicros,
        missing,
        key,
        hole);
  }

  /** The same segment, made with a hole or without. */
  SegmentHeader with(boolean otherHole) {
    return new SegmentHeader(
        identity,
        number,
        salt,
        firstPosition,
        firstGroup,
        previousEnd,
        createdMicros,
        missing,
        key,
        otherHole);
  }

  /** The same segment, encrypted. */
  SegmentHeader with(@Nullable WrappedKey other) {
    return new SegmentHeader(
        identity,
        number,
        salt,
        firstPosition,
        firstGroup,
        previousEnd,
        createdMicros,
        missing,
        other,
        hole);
  }

  /** The segment that follows this one, which is written up to a tail. */
  SegmentHeader next(long salt, Tail tail, @Nullable WrappedKey key) {
    return new SegmentHeader(
        identity,
        number + 1,
        salt,
        tail.nextPosition,
        tail.nextGroup,
        tail.end,
        tail.lastMicros,
        0,
        key);
  }

  /** The last position that the segment before this one may have an event at. */
  long lastPositionBefore() {
    return firstPosition - missing - 1;
  }

  private static int crc(byte[] page) {
    CRC32C crc = new CRC32C();
    crc.update(page, 0, CRC_AT);
    return (int) crc.getValue();
  }
}
