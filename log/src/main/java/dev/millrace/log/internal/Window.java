package dev.millrace.log.internal;

import java.nio.ByteBuffer;

/**
 * The part of a segment that a reader looks at; it moves on when something else is asked for, and
 * grows while the reader goes straight on.
 */
final class Window {
  private static final int LARGEST = 1 << 18;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ByteSource source;
  private int wanted;
  private ByteBuffer bytes = NOTHING;
  private int start;
  private int end;

  Window(ByteSource source, int wanted) {
    this.source = source;
    this.wanted = wanted;
  }

  /** Makes a range visible; returns the index of its first byte in {@link #bytes()}. */
  int show(int offset, int length) {
    if (offset < start || offset + length > end) {
      if (offset >= start && offset - end < wanted) {
        wanted = Math.min(wanted * 2, LARGEST);
      }
      bytes = source.read(offset, length, Math.max(length, wanted));
      start = offset;
      end = offset + bytes.limit();
    }
    return offset - start;
  }

  ByteBuffer bytes() {
    return bytes;
  }
}
