package dev.millrace.log.internal;

import java.io.IOException;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Says whether the bytes at a place of a segment are a whole frame of that segment. */
final class FrameCheck {
  private final SegmentBytes bytes;
  private final long salt;
  private final CRC32C crc = new CRC32C();

  FrameCheck(SegmentBytes bytes, long salt) {
    this.bytes = bytes;
    this.salt = salt;
  }

  /** What is wrong with the frame at an offset; null when it is whole. */
  @Nullable String problem(int offset) throws IOException {
    int at = bytes.load(offset, Frame.HEADER_BYTES);
    if (at < 0) {
      return "the file ends inside a frame's header";
    }
    int length = LittleEndian.getInt(bytes.array(), at + Frame.LENGTH);
    if (length < Frame.HEADER_BYTES || length > bytes.size() - offset) {
      return "a frame's length is " + length;
    }
    if (LittleEndian.getLong(bytes.array(), at + Frame.SALT) != salt) {
      return "a frame has the salt of another segment";
    }
    at = bytes.load(offset, Math.min(Frame.aligned(length), bytes.size() - offset));
    byte[] array = bytes.array();
    crc.reset();
    crc.update(array, at + Frame.LENGTH, length - Frame.LENGTH);
    if ((int) crc.getValue() != LittleEndian.getInt(array, at + Frame.CRC)) {
      return "a frame's checksum is wrong";
    }
    int padded = Math.min(Frame.aligned(length), bytes.size() - offset);
    for (int i = at + length; i < at + padded; i++) {
      if (array[i] != 0) {
        return "the bytes after a frame are not zero";
      }
    }
    return null;
  }

  /**
   * Whether the file was cut inside the frame that begins at an offset. Zeros are synced ahead of
   * the frames, with room for two markers after them. So a whole file does not end within a frame's
   * header, and when a length reaches beyond the end of a file that does not end with zeros, it is
   * not the length that is wrong.
   */
  boolean isCut(int offset) throws IOException {
    int left = bytes.size() - offset;
    int shown = Math.min(left, Frame.HEADER_BYTES);
    if (bytes.firstNonZero(bytes.size() - shown) == bytes.size()) {
      return false;
    }
    int at = bytes.load(offset, shown);
    return shown < Frame.HEADER_BYTES
        || (LittleEndian.getLong(bytes.array(), at + Frame.SALT) == salt
            && LittleEndian.getInt(bytes.array(), at + Frame.LENGTH) > left);
  }

  /**
   * The largest offset below which everything was durable, as whole frames from an offset on say.
   *
   * @return 0 when there is no such frame
   */
  long provenDurable(int from) throws IOException {
    long proven = 0;
    int last = bytes.size() - Frame.HEADER_BYTES;
    for (int offset = from; offset <= last; offset += 8) {
      int at = bytes.load(offset, Frame.HEADER_BYTES);
      if (LittleEndian.getLong(bytes.array(), at + Frame.SALT) == salt && problem(offset) == null) {
        at = bytes.load(offset, Frame.HEADER_BYTES);
        proven = Math.max(proven, LittleEndian.getLong(bytes.array(), at + Frame.DURABLE));
      }
    }
    return proven;
  }
}
