package dev.millrace.log.internal;

import org.jspecify.annotations.Nullable;

/** Whether the inside of a frame, whose checksum is right, is as {@link Frame} draws it. */
final class FrameStructure {
  private FrameStructure() {}

  /** Sees the events of a frame. */
  interface EventSink {
    void event(byte[] bytes, int at);
  }

  /** What is wrong inside an append's frame; null when nothing is. */
  static @Nullable String problem(byte[] bytes, int at, EventSink sink) {
    int length = LittleEndian.getInt(bytes, at + Frame.LENGTH);
    int content = LittleEndian.getInt(bytes, at + Frame.CONTENT);
    if (content < Frame.HEADER_BYTES || content > length - Frame.CONTENT_TENANT) {
      return "a frame's content begins at " + content;
    }
    int start = at + content;
    if (LittleEndian.getInt(bytes, start) != content) {
      return "a frame's content does not point to its beginning";
    }
    int next =
        start
            + Frame.CONTENT_TENANT
            + LittleEndian.getShort(bytes, start + Frame.CONTENT_TENANT_LENGTH);
    int end = at + length;
    int events = LittleEndian.getInt(bytes, at + Frame.EVENTS);
    for (int i = 0; i < events; i++) {
      String wrong = event(bytes, next, end, start);
      if (wrong != null) {
        return "event " + i + " of a frame: " + wrong;
      }
      sink.event(bytes, next);
      next += LittleEndian.getInt(bytes, next + Frame.EVENT_LENGTH);
    }
    return next == end ? null : "a frame has bytes after its last event";
  }

  private static @Nullable String event(byte[] bytes, int at, int end, int content) {
    if (at + Frame.EVENT_TYPE > end) {
      return "it begins at the end of the frame";
    }
    int length = LittleEndian.getInt(bytes, at + Frame.EVENT_LENGTH);
    if (length < Frame.EVENT_TYPE || length > end - at) {
      return "its length is " + length;
    }
    if (LittleEndian.getInt(bytes, at + Frame.EVENT_BACK) != at - content) {
      return "it does not point to the content";
    }
    int next = at + Frame.EVENT_TYPE + LittleEndian.getShort(bytes, at + Frame.EVENT_TYPE_LENGTH);
    for (int i = 0; i < bytes[at + Frame.EVENT_TAGS]; i++) {
      if (next + Frame.TAG_TEXT > at + length) {
        return "tag " + i + " is outside of it";
      }
      next += Frame.TAG_TEXT + LittleEndian.getShort(bytes, next + Frame.TAG_LENGTH);
    }
    return next <= at + length ? null : "its tags are longer than it is";
  }
}
