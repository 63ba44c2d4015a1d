package dev.millrace.log.internal;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The part of a segment that a reader looks at; it moves on when something else is asked for, and
 * grows while the reader goes straight on.
 */
final class Window {
  private static final int LARGEST = 1 << 18;
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final int least;
  private @Nullable ByteSource source;
  private int wanted;
  private ByteBuffer bytes = NOTHING;
  private int start;
  private int end;

  /**
   * A window on nothing yet.
   *
   * @param wanted bytes to ask for at once, to begin with
   */
  Window(int wanted) {
    this.least = wanted;
    this.wanted = wanted;
  }

  /**
   * Looks at a source from now on.
   *
   * @return whether it is another than before
   */
  @SuppressWarnings("ReferenceEquality") // it is about the same place, not the same content
  boolean on(ByteSource other) {
    if (source == other) {
      return false;
    }
    source = other;
    wanted = least;
    bytes = NOTHING;
    start = 0;
    end = 0;
    return true;
  }

  /** Makes a range visible; returns the index of its first byte in {@link #bytes()}. */
  int show(int offset, int length) {
    if (offset < start || offset + length > end) {
      if (offset >= start && offset - end < wanted) {
        wanted = Math.min(wanted * 2, LARGEST);
      }
      bytes = Objects.requireNonNull(source).read(offset, length, Math.max(length, wanted));
      start = offset;
      end = offset + bytes.limit();
    }
    return offset - start;
  }

  ByteBuffer bytes() {
    return bytes;
  }
}
