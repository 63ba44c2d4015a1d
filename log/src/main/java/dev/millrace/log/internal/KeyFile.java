package dev.millrace.log.internal;

import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKey;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of the file of keys, little-endian. Records follow each other from {@link
 * #HEADER_BYTES}, each a multiple of 8 long; none moves or goes away, but the secret of a destroyed
 * key is overwritten with zeros.
 *
 * <pre>
 *  header
 *    0  8  magic "MILLKEYS"
 *    8  4  format version
 *   12  4  CRC-32C of bytes 16 to 64
 *   16 16  id of the keys
 *   32  8  when they were made, in microseconds since the epoch
 *   40 24  zero
 *
 *  record
 *    0  4  length
 *    4  4  CRC-32C of bytes 8 to the end, without 48 to 84 of a key
 *    8  8  offset in the file
 *   16  8  offset up to which the file was durable before this record was written
 *   24  4  kind: 1 key, 2 destroyed
 *   28  4  zero
 *   32 16  id of the key
 *          of a key:
 *   48 32  secret           } zeros when
 *   80  4  its CRC-32C      } it is destroyed
 *   84     tenant, tag's name, tag's value: each its length (2 bytes) and UTF-8 bytes;
 *          zeros up to a multiple of 8
 * </pre>
 */
final class KeyFile {
  static final String NAME = "subjects.keys";
  static final String UNFINISHED = "subjects.unfinished";
  static final int HEADER_BYTES = 64;

  private static final long MAGIC = 0x5359_454B_4C4C_494DL; // "MILLKEYS"
  private static final int VERSION = 1;
  private static final int CHECKED_FROM = 16;
  private static final int KEY = 1;
  private static final int DESTROYED = 2;
  private static final int DESTROYED_BYTES = 48;
  static final int SECRET_AT = 48;
  private static final int SECRET_WITH_CRC = SubjectKey.SECRET_BYTES + Integer.BYTES;
  private static final int SUBJECT_AT = SECRET_AT + SECRET_WITH_CRC;

  /** Longest record: three texts of the longest names, four bytes a character at most. */
  static final int MAX_RECORD_BYTES = 4096;

  private KeyFile() {}

  /** What stands in a record. */
  sealed interface Entry {
    int length();

    long durableBefore();
  }

  /**
   * A key.
   *
   * @param key null when its secret does not fit its checksum: it was destroyed, or is damaged
   * @param hasSecret whether any byte of the secret is left
   */
  record KeyEntry(
      int length,
      long durableBefore,
      UUID id,
      Subject subject,
      @Nullable SubjectKey key,
      boolean hasSecret,
      long secretAt)
      implements Entry {}

  /** That a key was destroyed. */
  record DestroyedEntry(int length, long durableBefore, UUID id) implements Entry {}

  static byte[] header(UUID id, long micros) {
    byte[] bytes = new byte[HEADER_BYTES];
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(0);
    putId(out, id);
    out.putLong(micros);
    out.putInt(12, crc(bytes, CHECKED_FROM, HEADER_BYTES - CHECKED_FROM));
    return bytes;
  }

  /** What is wrong with a header; null: nothing. */
  static @Nullable String problem(byte[] header) {
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong(0) != MAGIC) {
      return "it does not begin as a file of keys";
    }
    if (in.getInt(8) != VERSION) {
      return "it has format version " + in.getInt(8) + ", and this program knows " + VERSION;
    }
    return in.getInt(12) == crc(header, CHECKED_FROM, HEADER_BYTES - CHECKED_FROM)
        ? null
        : "its header is damaged";
  }

  static byte[] key(SubjectKey key, long offset, long durable) {
    byte[][] texts = {
      Utf8.bytes(key.subject().tenant().name()),
      Utf8.bytes(key.subject().tag().name()),
      Utf8.bytes(key.subject().tag().value())
    };
    int length = SUBJECT_AT;
    for (byte[] text : texts) {
      length += Short.BYTES + text.length;
    }
    byte[] bytes = new byte[(length + 7) / 8 * 8];
    ByteBuffer out = begin(bytes, offset, durable, KEY, key.id());
    byte[] secret = key.secret().toArray();
    out.put(secret).putInt(crc(secret, 0, secret.length));
    for (byte[] text : texts) {
      out.putShort((short) text.length).put(text);
    }
    out.putInt(4, crcOf(bytes, KEY));
    return bytes;
  }

  static byte[] destroyed(UUID id, long offset, long durable) {
    byte[] bytes = new byte[DESTROYED_BYTES];
    begin(bytes, offset, durable, DESTROYED, id).putInt(4, crcOf(bytes, DESTROYED));
    return bytes;
  }

  /** Over the secret of a key and its checksum. */
  static byte[] zeros() {
    return new byte[SECRET_WITH_CRC];
  }

  private static ByteBuffer begin(byte[] bytes, long offset, long durable, int kind, UUID id) {
    ByteBuffer out = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(bytes.length).putInt(0).putLong(offset).putLong(durable).putInt(kind).putInt(0);
    putId(out, id);
    return out;
  }

  private static void putId(ByteBuffer out, UUID id) {
    out.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
  }

  /** The record at an index of some bytes of the file; null: there is none that is whole. */
  static @Nullable Entry read(byte[] window, int at, long offset) {
    ByteBuffer in = ByteBuffer.wrap(window).order(ByteOrder.LITTLE_ENDIAN);
    if (window.length - at < DESTROYED_BYTES) {
      return null;
    }
    int length = in.getInt(at);
    if (length < DESTROYED_BYTES
        || length > MAX_RECORD_BYTES
        || length % 8 != 0
        || length > window.length - at
        || in.getLong(at + 8) != offset) {
      return null;
    }
    byte[] bytes = new byte[length];
    System.arraycopy(window, at, bytes, 0, length);
    in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int kind = in.getInt(24);
    if ((kind != KEY && kind != DESTROYED)
        || (kind == KEY && length < SUBJECT_AT)
        || in.getInt(4) != crcOf(bytes, kind)) {
      return null;
    }
    long durable = in.getLong(16);
    UUID id = new UUID(in.getLong(32), in.getLong(40));
    return kind == DESTROYED
        ? new DestroyedEntry(length, durable, id)
        : key(in, bytes, offset, durable, id);
  }

  private static KeyEntry key(ByteBuffer in, byte[] bytes, long offset, long durable, UUID id) {
    byte[] secret = new byte[SubjectKey.SECRET_BYTES];
    in.get(SECRET_AT, secret);
    boolean whole = in.getInt(SECRET_AT + secret.length) == crc(secret, 0, secret.length);
    boolean some = false;
    for (int i = SECRET_AT; i < SUBJECT_AT; i++) {
      some |= bytes[i] != 0;
    }
    in.position(SUBJECT_AT);
    Tenant tenant = new Tenant(text(in));
    Subject subject = new Subject(tenant, new TagValue(text(in), text(in)));
    SubjectKey key = whole ? new SubjectKey(id, subject, Bytes.wrap(secret)) : null;
    return new KeyEntry(bytes.length, durable, id, subject, key, some, offset + SECRET_AT);
  }

  private static String text(ByteBuffer in) {
    byte[] text = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(text);
    return Utf8.text(text, 0, text.length);
  }

  private static int crcOf(byte[] record, int kind) {
    CRC32C crc = new CRC32C();
    if (kind == KEY) {
      crc.update(record, 8, SECRET_AT - 8);
      crc.update(record, SUBJECT_AT, record.length - SUBJECT_AT);
    } else {
      crc.update(record, 8, record.length - 8);
    }
    return (int) crc.getValue();
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
