package dev.millrace.log.internal;

import java.util.zip.CRC32C;

/**
 * The layout of a frame: what one append, or a marker, looks like in a segment.
 *
 * <p>All numbers are little-endian; a frame begins at a multiple of 8 and is followed by zeros up
 * to the next. A text is its UTF-8 bytes.
 *
 * <pre>
 *    0  4  CRC-32C of bytes 4 to length - 1
 *    4  4  length, without the zeros that follow
 *    8  8  segment salt
 *   16  8  group number: consecutive, from 1
 *   24  8  durable: every byte of the segment before this offset was synced before the frame was written
 *   32  1  kind: 1 append, 2 marker
 *   33  1  0
 *   34  2  flags
 *   36  4  number of events; 0 in a marker
 *   40  8  position of the first event; in a marker, of the next append
 *   48  8  time, in microseconds since 1970
 *   56 16  append id; zero in a marker
 *   72  4  start of the content, from the start of the frame; in a marker the length
 *   76  4  0
 *   80     metadata: correlation, causation, traceparent, actor, each as length (varint) and text, if its flag is set
 *          command, if its flag is set: id, type (length and text each), digest (8 bytes), payload (length and bytes) if its flag is set
 *   content:
 *    0  4  distance from the start of the frame
 *    4  2  length of the tenant
 *    6     tenant
 *   each event, up to the end of the frame:
 *    0  4  length
 *    4  4  distance from the start of the content
 *    8  2  schema version
 *   10  1  number of tags
 *   11  1  0
 *   12  2  length of the type
 *   14     type
 *          each tag: length of name:value (2 bytes), length of the name (1), name:value
 *          data, up to the event's length
 * </pre>
 *
 * <p>Whether two appends are the same is whether their contents are, from byte 4 on.
 *
 * <p>In an encrypted segment a marker is the same. An append's frame has its header in clear, and
 * then, up to its length, which is {@link #SEALED_BYTES} more than that of the plain frame:
 *
 * <pre>
 *   80 12  nonce
 *   92     bytes 80 to the end of the plain frame, encrypted with AES-256-GCM; bytes 4 to 79 are
 *          authenticated with them
 *      16  tag
 * </pre>
 */
final class Frame {
  static final int CRC = 0;
  static final int LENGTH = 4;
  static final int SALT = 8;
  static final int GROUP = 16;
  static final int DURABLE = 24;
  static final int KIND = 32;
  static final int FLAGS = 34;
  static final int EVENTS = 36;
  static final int FIRST = 40;
  static final int TIME = 48;
  static final int ID_HIGH = 56;
  static final int ID_LOW = 64;
  static final int CONTENT = 72;
  static final int HEADER_BYTES = 80;

  /** Bytes by which an encrypted frame is longer: its nonce, and the tag that authenticates it. */
  static final int SEALED_BYTES = Gcm.NONCE_BYTES + Gcm.TAG_BYTES;

  static final int KIND_APPEND = 1;
  static final int KIND_MARKER = 2;

  static final int HAS_CORRELATION = 1;
  static final int HAS_CAUSATION = 1 << 1;
  static final int HAS_TRACEPARENT = 1 << 2;
  static final int HAS_ACTOR = 1 << 3;
  static final int HAS_COMMAND = 1 << 4;
  static final int HAS_PAYLOAD = 1 << 5;

  /** Events of the append were removed; something stands in their places. */
  static final int SCAVENGED = 1 << 9;

  /** In a marker: the store was closed. */
  static final int CLEAN = 1 << 8;

  static final int CONTENT_TENANT_LENGTH = 4;
  static final int CONTENT_TENANT = 6;

  static final int EVENT_LENGTH = 0;
  static final int EVENT_BACK = 4;
  static final int EVENT_VERSION = 8;
  static final int EVENT_TAGS = 10;
  static final int EVENT_TYPE_LENGTH = 12;
  static final int EVENT_TYPE = 14;

  static final int TAG_LENGTH = 0;
  static final int TAG_NAME_LENGTH = 2;
  static final int TAG_TEXT = 3;

  private Frame() {}

  /** The next multiple of 8. */
  static int aligned(int length) {
    return (length + 7) & ~7;
  }

  static int varintBytes(int value) {
    int bytes = 1;
    for (int rest = value >>> 7; rest != 0; rest >>>= 7) {
      bytes++;
    }
    return bytes;
  }

  /** Writes length, and last the checksum, and the zeros up to the next frame. */
  static void finish(byte[] group, int at, int length, CRC32C crc) {
    LittleEndian.putInt(group, at + LENGTH, length);
    crc.reset();
    crc.update(group, at + LENGTH, length - LENGTH);
    LittleEndian.putInt(group, at + CRC, (int) crc.getValue());
    for (int i = at + length; i < at + aligned(length); i++) {
      group[i] = 0;
    }
  }
}
