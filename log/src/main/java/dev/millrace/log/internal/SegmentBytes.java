package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.util.Arrays;

/** Reads a segment from front to back through one array. */
final class SegmentBytes {
  private static final int USUAL = 1 << 20;

  private final DiskFile file;
  private final int size;
  private byte[] bytes = new byte[USUAL];
  private int start;
  private int end;

  SegmentBytes(DiskFile file, int size) {
    this.file = file;
    this.size = size;
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  /**
   * Makes bytes of the file readable in {@link #array()}.
   *
   * @return the index there of the first; -1 when the file ends before the last
   */
  int load(int offset, int length) throws IOException {
    if (length > size - offset) {
      return -1;
    }
    if (offset < start || offset + length > end) {
      if (length > bytes.length) {
        bytes = new byte[length];
      }
      int loaded = Math.min(bytes.length, size - offset);
      file.read(offset, loaded).get(bytes, 0, loaded);
      start = offset;
      end = offset + loaded;
    }
    return offset - start;
  }

  /** The offset of the first byte from an offset on that is not 0; the size when all are. */
  int firstNonZero(int from) throws IOException {
    int offset = from;
    while (offset < size) {
      int length = Math.min(USUAL, size - offset);
      int at = load(offset, length);
      int zeros = Arrays.mismatch(bytes, at, at + length, ZEROS, 0, length);
      if (zeros >= 0) {
        return offset + zeros;
      }
      offset += length;
    }
    return size;
  }

  private static final byte[] ZEROS = new byte[USUAL];
}
