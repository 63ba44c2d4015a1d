package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the frames of a segment from the front, as far as they are whole and in order.
 *
 * <p>Whether what follows the last whole frame is torn or damaged is decided by proof: every frame
 * says which bytes before it were durable when it was written. Bytes that are bad though a later
 * frame proves that they were durable are damage; bytes that nothing proves are the torn end of a
 * group that was never acknowledged.
 */
final class SegmentScan {
  private final SegmentBytes bytes;
  private final FrameCheck check;
  private long nextGroup;
  private long nextPosition;
  private long groupDurable = -1;
  private long lastMicros;
  private int end = SegmentHeader.BYTES;
  private boolean marked;
  private boolean clean;
  private @Nullable String problem;
  private int problemAt;

  /** Sees whole frames in order. */
  @FunctionalInterface
  interface FrameSink {
    void frame(byte[] bytes, int at, int offset);
  }

  SegmentScan(DiskFile file, SegmentHeader header, long size) {
    bytes = new SegmentBytes(file, (int) Math.min(size, Integer.MAX_VALUE - 8));
    check = new FrameCheck(bytes, header.salt());
    nextGroup = header.firstGroup();
    nextPosition = header.firstPosition();
    lastMicros = header.createdMicros();
  }

  /** Reads up to the end of the whole frames. */
  void run(FrameSink sink) throws IOException {
    problem = null;
    while (end < bytes.size()) {
      int at = bytes.load(end, Math.min(Frame.HEADER_BYTES, bytes.size() - end));
      boolean nothing = isZero(at, Math.min(8, bytes.size() - end));
      String wrong = nothing ? rest() : check.problem(end);
      if (wrong == null && !nothing) {
        at = bytes.load(end, Frame.HEADER_BYTES);
        int length = LittleEndian.getInt(bytes.array(), at + Frame.LENGTH);
        at = bytes.load(end, length);
        wrong = order(bytes.array(), at);
        if (wrong == null) {
          accept(at, length, sink);
          continue;
        }
      }
      problem = wrong;
      problemAt = Math.max(problemAt, end);
      return;
    }
  }

  private boolean isZero(int at, int length) {
    for (int i = at; i < at + length; i++) {
      if (bytes.array()[i] != 0) {
        return false;
      }
    }
    return true;
  }

  /** Where no frame begins there must be nothing but zeros. */
  private @Nullable String rest() throws IOException {
    int first = bytes.firstNonZero(end);
    if (first == bytes.size()) {
      return null;
    }
    problemAt = first;
    return "bytes after the last frame are not zero";
  }

  private @Nullable String order(byte[] array, int at) {
    long group = LittleEndian.getLong(array, at + Frame.GROUP);
    long durable = LittleEndian.getLong(array, at + Frame.DURABLE);
    int kind = array[at + Frame.KIND];
    int events = LittleEndian.getInt(array, at + Frame.EVENTS);
    boolean sameGroup = group == nextGroup - 1 && durable == groupDurable && !marked;
    boolean newGroup = group == nextGroup && durable == end;
    if (!sameGroup && !newGroup) {
      return "a frame of group " + group + " stands where group " + nextGroup + " is due";
    }
    if (kind == Frame.KIND_APPEND ? events < 1 : kind != Frame.KIND_MARKER || events != 0) {
      return "a frame is of kind " + kind + " with " + events + " events";
    }
    long first = LittleEndian.getLong(array, at + Frame.FIRST);
    return first == nextPosition
        ? null
        : "a frame begins at position " + first + " where " + nextPosition + " is due";
  }

  private void accept(int at, int length, FrameSink sink) {
    byte[] array = bytes.array();
    nextGroup = LittleEndian.getLong(array, at + Frame.GROUP) + 1;
    groupDurable = LittleEndian.getLong(array, at + Frame.DURABLE);
    lastMicros = Math.max(lastMicros, LittleEndian.getLong(array, at + Frame.TIME));
    marked = array[at + Frame.KIND] == Frame.KIND_MARKER;
    clean = marked && (LittleEndian.getShort(array, at + Frame.FLAGS) & Frame.CLEAN) != 0;
    sink.frame(array, at, end);
    nextPosition += LittleEndian.getInt(array, at + Frame.EVENTS);
    end = Math.min(end + Frame.aligned(length), bytes.size());
  }

  /** Whether there is no whole frame. */
  boolean isEmpty() {
    return end == SegmentHeader.BYTES;
  }

  /** Where the last group begins: what comes before it was durable when it was written. */
  int lastGroup() {
    return (int) groupDurable;
  }

  /** The end of the whole frames. */
  int end() {
    return end;
  }

  long nextGroup() {
    return nextGroup;
  }

  long nextPosition() {
    return nextPosition;
  }

  long lastMicros() {
    return lastMicros;
  }

  /** Whether the last frame is a marker, which proves all groups before it. */
  boolean marked() {
    return marked;
  }

  /** Whether the last frame says that the store was closed. */
  boolean clean() {
    return clean;
  }

  /** What is wrong after the end; null when nothing is. */
  @Nullable String problem() {
    return problem;
  }

  /** Where the first wrong byte was seen. */
  int problemAt() {
    return problemAt;
  }

  /**
   * Goes on after damage, at the next whole frame; false when there is none that proves that what
   * lies before it is damage.
   */
  boolean skipDamage() throws IOException {
    int from = Frame.aligned(end + 1);
    if (check.provenDurable(from) <= end) {
      return false;
    }
    int next = from;
    while (check.problem(next) != null) {
      next += 8;
    }
    int at = bytes.load(next, Frame.HEADER_BYTES);
    nextGroup = LittleEndian.getLong(bytes.array(), at + Frame.GROUP);
    long durable = LittleEndian.getLong(bytes.array(), at + Frame.DURABLE);
    if (durable < next) {
      groupDurable = durable; // the group began before the damage
      nextGroup++;
      marked = false;
    }
    nextPosition = LittleEndian.getLong(bytes.array(), at + Frame.FIRST);
    end = next;
    return true;
  }

  /**
   * Whether a whole frame after the end proves that more than the end was durable, or that the file
   * was longer.
   */
  boolean problemIsDamage() throws IOException {
    return check.isCut(end) || check.provenDurable(Frame.aligned(end)) > end;
  }
}
