package dev.millrace.log.internal;

import dev.millrace.core.store.StoreDamagedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A look at one event in its segment, without decoding it.
 *
 * <p>An instance is moved from event to event; it belongs to one thread.
 */
final class EventView {
  private static final int LOOK_AT_LEAST = Frame.EVENT_TYPE;

  private final Window events;
  private final Window frames;
  private final CRC32C crc = new CRC32C();
  private @Nullable Segment checked;
  private @Nullable OpenedFrame opened;
  private @Nullable ByteSource source;
  private ByteBuffer bytes = ByteBuffer.allocate(0);
  private ByteBuffer frame = bytes;
  private int at;
  private int length;
  private int content = -1;
  private int frameOffset = -1;
  private int frameAt;

  /**
   * A view of nothing yet.
   *
   * @param wanted bytes to ask for at once
   */
  EventView(int wanted) {
    this.events = new Window(wanted);
    this.frames = new Window(wanted == EventScan.SELECTIVE ? 512 : wanted);
  }

  /**
   * Looks at a segment from now on.
   *
   * @param source where its bytes are read
   */
  void on(Segment segment, ByteSource source) {
    if (events.on(source)) {
      SegmentKey key = segment.key();
      opened = key == null ? null : new OpenedFrame(key);
      this.source = source;
      frames.on(source);
      checked = segment.checkedOnRead() ? segment : null;
      content = -1;
      frameOffset = -1;
    }
  }

  private void check(Segment segment) {
    int length = frames.bytes().getInt(frameAt + Frame.LENGTH);
    String wrong = "a frame's length is " + length;
    if (length >= Frame.HEADER_BYTES && length <= segment.end() - frameOffset) {
      frameAt = frames.show(frameOffset, length);
      crc.reset();
      crc.update(frames.bytes().slice(frameAt + Frame.LENGTH, length - Frame.LENGTH));
      if ((int) crc.getValue() == frames.bytes().getInt(frameAt + Frame.CRC)
          && zerosFollow(segment, frameOffset + length)) {
        return;
      }
      wrong = "a frame's checksum is wrong";
    }
    throw damaged(segment, wrong);
  }

  private boolean zerosFollow(Segment segment, int end) {
    int padding = Math.min(Frame.aligned(end), segment.end()) - end;
    if (padding == 0) {
      return true;
    }
    ByteBuffer after = Objects.requireNonNull(source).read(end, padding, padding);
    int sum = 0;
    for (int i = 0; i < padding; i++) {
      sum |= after.get(i);
    }
    return sum == 0;
  }

  private StoreDamagedException damaged(Segment segment, String wrong) {
    return new StoreDamagedException(
        "segment "
            + segment.header().fileName()
            + " is damaged at offset "
            + frameOffset
            + ": "
            + wrong
            + ". Run 'millrace log verify' to see all of the damage, and restore it from a backup"
            + " or salvage it");
  }

  /**
   * Moves to an event of the segment.
   *
   * @param offset where the index says that it is
   * @param position of the event
   */
  void moveTo(int offset, long position) {
    if (opened != null) {
      open(opened, offset, position);
    } else if (checked == null) {
      locate(offset);
    } else {
      locateChecked(checked, offset);
    }
  }

  private void locateChecked(Segment segment, int offset) {
    try {
      locate(offset);
    } catch (IndexOutOfBoundsException | IllegalStateException e) {
      frameOffset = offset;
      throw damaged(segment, "an event's length or place is wrong");
    }
  }

  /** Opens the frame of an event, unless it is the one that is open. */
  private void open(OpenedFrame frames, int offset, long position) {
    if (offset != frameOffset) {
      frameOffset = -1;
      frames.open(Objects.requireNonNull(source), offset, checked);
      frameOffset = offset;
      frameAt = 0;
      frame = frames.bytes();
      bytes = frame;
    }
    at = frames.event((int) (position - framePosition()));
    length = bytes.getInt(at + Frame.EVENT_LENGTH);
  }

  private void locate(int offset) {
    int index = events.show(offset, LOOK_AT_LEAST);
    length = events.bytes().getInt(index + Frame.EVENT_LENGTH);
    at = events.show(offset, length);
    bytes = events.bytes();
    int contentOffset = offset - bytes.getInt(at + Frame.EVENT_BACK);
    if (contentOffset != content) {
      content = contentOffset;
      int contentAt = frames.show(contentOffset, Frame.CONTENT_TENANT);
      frameOffset = contentOffset - frames.bytes().getInt(contentAt);
      int head = contentOffset - frameOffset + Frame.CONTENT_TENANT;
      int tenant =
          Short.toUnsignedInt(frames.bytes().getShort(contentAt + Frame.CONTENT_TENANT_LENGTH));
      frameAt = frames.show(frameOffset, head + tenant);
      if (checked != null) {
        check(checked);
      }
      frame = frames.bytes();
    }
  }

  /** Where the bytes of the event are, from {@link #at()} on. */
  ByteBuffer bytes() {
    return bytes;
  }

  int at() {
    return at;
  }

  int length() {
    return length;
  }

  int frameOffset() {
    return frameOffset;
  }

  /** Where the frame is, up to the end of the tenant, from {@link #frameAt()} on. */
  ByteBuffer frameBytes() {
    return frame;
  }

  int frameAt() {
    return frameAt;
  }

  /** All of the frame, from 0 on. */
  ByteBuffer wholeFrame() {
    int length = frame.getInt(frameAt + Frame.LENGTH);
    if (opened == null) {
      frameAt = frames.show(frameOffset, length);
      frame = frames.bytes();
    }
    return frame.slice(frameAt, length).order(ByteOrder.LITTLE_ENDIAN);
  }

  long framePosition() {
    return frameBytes().getLong(frameAt + Frame.FIRST);
  }

  boolean tenantIs(byte[] tenant) {
    int contentAt = frameAt + frame.getInt(frameAt + Frame.CONTENT);
    int tenantLength = Short.toUnsignedInt(frame.getShort(contentAt + Frame.CONTENT_TENANT_LENGTH));
    return tenantLength == tenant.length && same(frame, contentAt + Frame.CONTENT_TENANT, tenant);
  }

  boolean typeIs(byte[] type) {
    return typeLength() == type.length && same(bytes, at + Frame.EVENT_TYPE, type);
  }

  boolean hasTag(byte[] tag) {
    int count = bytes.get(at + Frame.EVENT_TAGS);
    int next = at + Frame.EVENT_TYPE + typeLength();
    for (int i = 0; i < count; i++) {
      int tagLength = Short.toUnsignedInt(bytes.getShort(next + Frame.TAG_LENGTH));
      if (tagLength == tag.length && same(bytes, next + Frame.TAG_TEXT, tag)) {
        return true;
      }
      next += Frame.TAG_TEXT + tagLength;
    }
    return false;
  }

  int typeLength() {
    return Short.toUnsignedInt(bytes.getShort(at + Frame.EVENT_TYPE_LENGTH));
  }

  private static boolean same(ByteBuffer bytes, int from, byte[] expected) {
    for (int i = expected.length - 1; i >= 0; i--) { // the ends of names differ more often
      if (bytes.get(from + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }
}
