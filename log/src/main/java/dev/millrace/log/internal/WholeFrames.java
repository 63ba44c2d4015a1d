package dev.millrace.log.internal;

import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Goes from one whole frame of a segment to the next, over whatever lies between, without asking
 * what anything proves: for a segment that is known to be damaged.
 */
final class WholeFrames {
  private final SegmentBytes bytes;
  private final boolean sealed;
  private final BadBytes bad;
  private FrameCheck check;
  private long salt;
  private int offset = SegmentHeader.BYTES;
  private int next = SegmentHeader.BYTES;

  /** Is told of bytes that are no frame. */
  @FunctionalInterface
  interface BadBytes {
    void bad(int from, int to, String what);
  }

  /**
   * At the beginning of a segment.
   *
   * @param salt of the segment; 0: not known, then that of the first frame whose checksum is right
   * @param size where its frames end, if it is sealed; else where the file ends
   * @param sealed whether frames were written up to the size, so that zeros are no end
   */
  WholeFrames(DiskFile file, long salt, int size, boolean sealed, BadBytes bad) throws IOException {
    this.bytes = new SegmentBytes(file, size);
    this.sealed = sealed;
    this.bad = bad;
    this.check = new FrameCheck(bytes, 1);
    this.salt = salt == 0 ? findSalt() : salt;
    this.check = new FrameCheck(bytes, this.salt);
  }

  /** Of the segment; 1 when no frame is whole. */
  long salt() {
    return salt;
  }

  private long findSalt() throws IOException {
    for (int at = offset; at <= bytes.size() - Frame.HEADER_BYTES; at += 8) {
      int index = bytes.load(at, Frame.HEADER_BYTES);
      long found = LittleEndian.getLong(bytes.array(), index + Frame.SALT);
      check = new FrameCheck(bytes, found);
      if ((found & 1) == 1 && check.problem(at) == null) {
        return found;
      }
    }
    return 1; // no frame is whole, whatever the salt
  }

  /** Moves to the next whole frame; false when there is none. */
  boolean next() throws IOException {
    offset = next;
    String wrong = problem();
    if (wrong != null) {
      wrong = skip(wrong);
    }
    if (offset >= bytes.size()) {
      return false;
    }
    next = Math.min(offset + Frame.aligned(length()), bytes.size());
    return true;
  }

  /** What is wrong at the offset; null when a frame begins there, or when it is the end. */
  private @Nullable String problem() throws IOException {
    if (offset >= bytes.size()) {
      return null;
    }
    if (word() != 0) {
      return check.problem(offset);
    }
    if (!sealed && bytes.firstNonZero(offset) == bytes.size()) {
      offset = bytes.size();
      return null;
    }
    return "there are zeros where a frame should be";
  }

  /** The first bytes at the offset, as far as there are eight. */
  private long word() throws IOException {
    int length = Math.min(Long.BYTES, bytes.size() - offset);
    int at = bytes.load(offset, length);
    long word = 0;
    for (int i = 0; i < length; i++) {
      word |= (bytes.array()[at + i] & 0xFFL) << (8 * i);
    }
    return word;
  }

  private @Nullable String skip(String wrong) throws IOException {
    int from = offset;
    int to = offset;
    String still = wrong;
    while (offset < bytes.size() && still != null) {
      to = word() != 0 || sealed ? offset + 8 : to;
      offset += 8;
      still = offset < bytes.size() ? check.problem(offset) : null;
    }
    offset = Math.min(offset, bytes.size());
    bad.bad(from, Math.min(offset < bytes.size() ? offset : to, bytes.size()), wrong);
    return still;
  }

  /** Where the frame is, from {@link #at()} on. */
  byte[] array() {
    return bytes.array();
  }

  int at() throws IOException {
    int at = bytes.load(offset, Frame.HEADER_BYTES);
    return bytes.load(offset, LittleEndian.getInt(bytes.array(), at + Frame.LENGTH));
  }

  /** Of the frame, without the zeros that follow. */
  int length() throws IOException {
    int at = bytes.load(offset, Frame.HEADER_BYTES);
    return LittleEndian.getInt(bytes.array(), at + Frame.LENGTH);
  }

  /** The frame's first byte in the segment. */
  int offset() {
    return offset;
  }

  /** The byte after the frame and its zeros. */
  int end() {
    return next;
  }
}
