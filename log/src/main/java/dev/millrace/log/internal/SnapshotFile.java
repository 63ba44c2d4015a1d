package dev.millrace.log.internal;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.Tenant;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The file of one snapshot, little-endian.
 *
 * <pre>
 *    0  8  magic "MILLSNAP"
 *    8  4  format version
 *   12  4  CRC-32C of bytes 16 to the end
 *   16 16  store id
 *   32  8  history epoch
 *   40  8  position
 *   48  4  version of the view
 *   52     view, fingerprint, tenant, key: each its length (4 bytes) and UTF-8 bytes
 *          length of the state (4 bytes), state, up to the end
 * </pre>
 */
final class SnapshotFile {
  private static final long MAGIC = 0x5041_4E53_4C4C_494DL; // "MILLSNAP"
  private static final int VERSION = 1;
  private static final int CHECKED_FROM = 16;
  private static final int KEY_FROM = 48;
  static final String SUFFIX = ".snap";

  private SnapshotFile() {}

  /** The name of the file for a key; another key may share it, and then one evicts the other. */
  static String name(SnapshotKey key, SnapshotKeys keys) {
    return keys.name(key(key));
  }

  /** The same with the hash of a store's encrypted segments. */
  static String name(SnapshotKey key, Hash64 hash) {
    return SnapshotKeys.name(key(key), hash);
  }

  /** Puts what all files begin with before the rest of one. */
  static byte[] complete(byte[] file) {
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(MAGIC).putInt(VERSION).putInt(crc(file));
    return file;
  }

  private static byte[] key(SnapshotKey key) {
    byte[] view = Utf8.bytes(key.view());
    byte[] fingerprint = Utf8.bytes(key.fingerprint());
    byte[] tenant = Utf8.bytes(key.tenant().name());
    byte[] entity = Utf8.bytes(key.key());
    int length = view.length + fingerprint.length + tenant.length + entity.length;
    ByteBuffer out = ByteBuffer.allocate(5 * Integer.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    out.putInt(key.version());
    for (byte[] part : new byte[][] {view, fingerprint, tenant, entity}) {
      out.putInt(part.length).put(part);
    }
    return out.array();
  }

  static byte[] encode(Snapshot snapshot) {
    byte[] key = key(snapshot.key());
    int length = snapshot.state().length();
    byte[] file = new byte[KEY_FROM + key.length + Integer.BYTES + length];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.position(CHECKED_FROM);
    out.putLong(snapshot.store().id().getMostSignificantBits());
    out.putLong(snapshot.store().id().getLeastSignificantBits());
    out.putLong(snapshot.store().epoch()).putLong(snapshot.position());
    out.put(key).putInt(length);
    snapshot.state().copyTo(out);
    return complete(file);
  }

  /** Reads a file; null when it is not whole, which for a snapshot means absent. */
  static @Nullable Snapshot decode(byte[] file) {
    if (file.length < KEY_FROM + 6 * Integer.BYTES) {
      return null;
    }
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    if (in.getLong() != MAGIC || in.getInt() != VERSION || in.getInt() != crc(file)) {
      return null;
    }
    try {
      Snapshot snapshot = decode(in);
      return Arrays.equals(encode(snapshot), file) ? snapshot : null;
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return null; // its checksum was made to fit
    }
  }

  private static Snapshot decode(ByteBuffer in) {
    StoreIdentity store = new StoreIdentity(new UUID(in.getLong(), in.getLong()), in.getLong());
    long position = in.getLong();
    int version = in.getInt();
    String view = text(in);
    String fingerprint = text(in);
    Tenant tenant = new Tenant(text(in));
    SnapshotKey key = new SnapshotKey(view, version, fingerprint, tenant, text(in));
    return new Snapshot(key, store, position, Bytes.wrap(bytes(in)));
  }

  private static String text(ByteBuffer in) {
    byte[] bytes = bytes(in);
    return Utf8.text(bytes, 0, bytes.length);
  }

  private static byte[] bytes(ByteBuffer in) {
    int length = in.getInt();
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] bytes = new byte[length];
    in.get(bytes);
    return bytes;
  }

  private static int crc(byte[] file) {
    CRC32C crc = new CRC32C();
    crc.update(file, CHECKED_FROM, file.length - CHECKED_FROM);
    return (int) crc.getValue();
  }
}
