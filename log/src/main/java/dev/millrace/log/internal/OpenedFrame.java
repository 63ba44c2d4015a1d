package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The frame of an encrypted segment that is looked at, opened: as one of a plain segment. Its
 * arrays are used for the next one, too. For one thread.
 */
final class OpenedFrame {
  private static final int USUAL = 1 << 11;
  private static final int LOOK_AT = 1 << 13;

  private final SegmentKey key;
  private @Nullable Window window;
  private byte[] stored = new byte[USUAL];
  private byte[] plain = new byte[USUAL];
  private ByteBuffer bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
  private int[] starts = new int[16];
  private int known;

  OpenedFrame(SegmentKey key) {
    this.key = key;
  }

  /**
   * Opens a frame with events.
   *
   * @param checked the segment, when nothing has read it since it was opened
   * @throws dev.millrace.core.store.StoreDamagedException when it is not as it was sealed
   */
  void open(ByteSource source, int offset, @Nullable Segment checked) {
    try {
      Window look = window == null ? new Window(LOOK_AT) : window;
      window = look;
      boolean unused = look.on(source);
      int at = look.show(offset, Frame.HEADER_BYTES);
      int length = look.bytes().getInt(at + Frame.LENGTH);
      int padded =
          checked == null ? length : Math.min(Frame.aligned(length), checked.end() - offset);
      at = look.show(offset, Math.max(length, padded));
      room(padded);
      look.bytes().get(at, stored, 0, padded);
      if (!zeros(length, padded) || !key.open(stored, 0, plain)) {
        throw key.damaged(offset);
      }
    } catch (IndexOutOfBoundsException | IllegalStateException | NegativeArraySizeException e) {
      throw key.damaged(offset);
    }
    int content = bytes.getInt(Frame.CONTENT);
    starts[0] =
        content
            + Frame.CONTENT_TENANT
            + Short.toUnsignedInt(bytes.getShort(content + Frame.CONTENT_TENANT_LENGTH));
    known = 1;
  }

  private void room(int length) {
    if (length > stored.length) {
      stored = new byte[length];
      plain = new byte[length];
      bytes = ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
    }
  }

  private boolean zeros(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum |= stored[i];
    }
    return sum == 0;
  }

  /** The plain frame, from index 0 on. */
  ByteBuffer bytes() {
    return bytes;
  }

  /** Where an event of the frame begins, from 0 on. */
  int event(int ordinal) {
    if (ordinal >= starts.length) {
      starts = Arrays.copyOf(starts, Math.max(ordinal + 1, starts.length * 2));
    }
    while (known <= ordinal) {
      int before = starts[known - 1];
      starts[known++] = before + bytes.getInt(before + Frame.EVENT_LENGTH);
    }
    return starts[ordinal];
  }

  /**
   * What sees frames opened; those without events as they are.
   *
   * @param key of the segment; null: it is plain, and nothing has to be opened
   * @param bad sees frames that are not as they were sealed
   */
  static SegmentScan.FrameSink opening(
      @Nullable SegmentKey key, SegmentScan.FrameSink sink, BadFrame bad) {
    if (key == null) {
      return sink;
    }
    byte[][] plain = {new byte[USUAL]};
    return (stored, at, offset) -> {
      if (stored[at + Frame.KIND] != Frame.KIND_APPEND) {
        sink.frame(stored, at, offset);
        return;
      }
      int length = LittleEndian.getInt(stored, at + Frame.LENGTH);
      if (plain[0].length < length) {
        plain[0] = new byte[length];
      }
      if (key.open(stored, at, plain[0])) {
        sink.frame(plain[0], 0, offset);
      } else {
        bad.frame(offset);
      }
    };
  }

  /** Is told of a frame that is whole, but not as it was sealed. */
  @FunctionalInterface
  interface BadFrame {
    void frame(int offset);
  }
}
