package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.StoreIdentity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Writes the segments of a new store from frames of another. Positions, times, ids and contents
 * stay; salt, group and place are new, and each frame is a group of its own. Positions have no gaps
 * within a segment, on which its index relies: after a hole the next segment begins, whose header
 * says how many positions are missing.
 */
final class StoreBuilder {
  private static final int PIECE = 1 << 20;

  private final Disk target;
  private final StoreIdentity identity;
  private final RandomGenerator random;
  private final StoreKeys keys;
  private final String suffix;
  private final CRC32C crc = new CRC32C();
  private byte[] buffer = new byte[2 * PIECE];
  private int filled;
  private @Nullable SegmentHeader header;
  private @Nullable DiskFile file;
  private @Nullable FrameSealer sealer;
  private byte[] plain = new byte[0];
  private long nextPosition = 1;
  private long nextGroup = 1;
  private long lastMicros;
  private int written;
  private int segments;
  private int previousEnd;
  private long bytes;

  StoreBuilder(Disk target, StoreIdentity identity, RandomGenerator random, StoreKeys keys) {
    this(target, identity, random, keys, "");
  }

  /** With something after the names of its files, until they are put in place. */
  StoreBuilder(
      Disk target, StoreIdentity identity, RandomGenerator random, StoreKeys keys, String suffix) {
    this.suffix = suffix;
    this.target = target;
    this.identity = identity;
    this.random = random;
    this.keys = keys;
  }

  /**
   * Goes on after the segments that are there, instead of the last one, whose file was deleted.
   *
   * @param last its header, which says all of those before it
   */
  void goOnBefore(SegmentHeader last) {
    segments = Math.toIntExact(last.number() - 1);
    nextPosition = last.lastPositionBefore() + 1;
    nextGroup = last.firstGroup();
    previousEnd = Math.toIntExact(last.previousEnd());
    lastMicros = last.createdMicros();
  }

  long nextPosition() {
    return nextPosition;
  }

  int segments() {
    return segments;
  }

  /** Of frames, without those that are not events. */
  long bytes() {
    return bytes;
  }

  /** Whether a segment is being written. */
  boolean inSegment() {
    return header != null;
  }

  /** Bytes of the segment that is being written, with those in the buffer. */
  int segmentBytes() {
    return written + filled;
  }

  /** Whether the buffer should be written. */
  boolean isFull() {
    return filled >= PIECE;
  }

  /** Begins a segment whose first event has this position. */
  void begin(long firstPosition, long micros) {
    lastMicros = Math.max(lastMicros, micros);
    long missing = firstPosition - nextPosition;
    long salt = random.nextLong() | 1;
    SegmentHeader made =
        new SegmentHeader(
            identity,
            ++segments,
            salt,
            firstPosition,
            nextGroup,
            previousEnd,
            lastMicros,
            missing,
            keys.draw(identity, segments, salt, random));
    header = made;
    SegmentKey key = keys.open(made);
    sealer = key == null ? null : key.sealer(random);
    nextPosition = firstPosition;
    byte[] page = header.encode();
    System.arraycopy(page, 0, buffer, 0, page.length);
    filled = page.length;
    written = 0;
  }

  /** Adds an append's frame, whose first position is the next. */
  void add(byte[] source, int at, int length) {
    FrameSealer seal = sealer;
    if (seal == null) {
      System.arraycopy(source, at, room(length), filled, length);
      finish(length);
    } else {
      if (plain.length < length) {
        plain = new byte[length];
      }
      System.arraycopy(source, at, plain, 0, length);
      byte[] target = room(length + Frame.SEALED_BYTES);
      place(plain, 0);
      int sealed = seal.seal(plain, length, target, filled);
      filled += Frame.aligned(sealed);
    }
    nextPosition += LittleEndian.getInt(source, at + Frame.EVENTS);
    lastMicros = Math.max(lastMicros, LittleEndian.getLong(source, at + Frame.TIME));
    bytes += Frame.aligned(length);
  }

  private byte[] room(int length) {
    int needed = filled + Frame.aligned(length);
    if (needed > buffer.length) {
      buffer = Arrays.copyOf(buffer, needed);
    }
    return buffer;
  }

  private void place(byte[] frame, int at) {
    LittleEndian.putLong(frame, at + Frame.SALT, Objects.requireNonNull(header).salt());
    LittleEndian.putLong(frame, at + Frame.GROUP, nextGroup++);
    LittleEndian.putLong(frame, at + Frame.DURABLE, (long) written + filled);
  }

  private void finish(int length) {
    place(buffer, filled);
    Frame.finish(buffer, filled, length, crc);
    filled += Frame.aligned(length);
  }

  /** Writes what is in the buffer. */
  List<IoScript.Step> flush() {
    List<IoScript.Step> steps = new ArrayList<>();
    String name = Objects.requireNonNull(header).fileName() + suffix;
    if (file == null) {
      steps.add(IoScript.now(() -> file = target.create(name)));
    }
    int at = written;
    ByteBuffer piece = ByteBuffer.wrap(buffer, 0, filled);
    steps.add(completion -> Objects.requireNonNull(file).write(at, piece, completion));
    written += filled;
    filled = 0;
    return steps;
  }

  /** Ends the segment. */
  List<IoScript.Step> seal() {
    List<IoScript.Step> steps = new ArrayList<>(flush());
    steps.add(completion -> Objects.requireNonNull(file).sync(completion));
    steps.add(IoScript.now(this::close));
    previousEnd = written;
    header = null;
    return steps;
  }

  private void close() throws java.io.IOException {
    DiskFile done = Objects.requireNonNull(file);
    file = null;
    done.close();
  }

  /** Ends the last segment, with a marker that proves all of it. */
  List<IoScript.Step> sealLast() {
    room(Frame.HEADER_BYTES);
    Arrays.fill(buffer, filled, filled + Frame.HEADER_BYTES, (byte) 0);
    LittleEndian.putInt(buffer, filled + Frame.KIND, Frame.KIND_MARKER | Frame.CLEAN << 16);
    LittleEndian.putLong(buffer, filled + Frame.FIRST, nextPosition);
    LittleEndian.putLong(buffer, filled + Frame.TIME, lastMicros);
    LittleEndian.putInt(buffer, filled + Frame.CONTENT, Frame.HEADER_BYTES);
    finish(Frame.HEADER_BYTES);
    return seal();
  }
}
