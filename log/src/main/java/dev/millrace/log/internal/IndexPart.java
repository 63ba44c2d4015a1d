package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of an index file that is written from front to back, through a buffer. Where the whole
 * file is small, the buffers of all parts are one image of it, which is written at once.
 */
final class IndexPart {
  static final int BUFFER_BYTES = 64 * 1024;

  private final ByteBuffer buffer;
  private final boolean inImage;
  private long at;

  /**
   * A part.
   *
   * @param at its first byte in the file
   * @param bytes how long it is
   * @param image of the whole file; null: the file is too large for that
   */
  IndexPart(long at, long bytes, @Nullable ByteBuffer image) {
    this.at = at;
    this.inImage = image != null;
    this.buffer =
        image != null
            ? image.slice((int) at, (int) bytes).order(ByteOrder.LITTLE_ENDIAN)
            : ByteBuffer.allocate((int) Math.max(8, Math.min(BUFFER_BYTES, bytes)))
                .order(ByteOrder.LITTLE_ENDIAN);
  }

  void putLong(long value) {
    buffer.putLong(value);
  }

  void putInt(int value) {
    buffer.putInt(value);
  }

  void putShort(short value) {
    buffer.putShort(value);
  }

  /** Whether nothing more goes in until it was written. */
  boolean full() {
    return !inImage && buffer.position() == buffer.capacity();
  }

  /** Adds the write of what is in the buffer, which is empty after it. */
  void flush(DiskFile file, List<IoScript.Step> steps) {
    int length = buffer.position();
    if (length > 0 && !inImage) {
      long offset = at;
      at += length;
      steps.add(completion -> file.write(offset, buffer.flip(), completion));
      steps.add(IoScript.now(buffer::clear));
    }
  }
}
