package dev.millrace.log.internal;

import dev.millrace.core.store.Bytes;
import dev.millrace.log.spi.MasterKey;
import java.nio.ByteBuffer;

/**
 * The secrets of a segment as they are stored: wrapped by a master key.
 *
 * <pre>
 *    0  4  length of the master key's id (I)
 *    4  4  length of what it wrapped (W)
 *    8  I  id
 *       W  what it wrapped: data key (32 bytes), secret of the store's indexes (32 bytes)
 * </pre>
 *
 * @param masterKey id of the key that wrapped them
 * @param wrapped what it made of them
 */
record WrappedKey(String masterKey, Bytes wrapped) {
  WrappedKey {
    int id = Utf8.length(masterKey);
    if (id < 1 || id > MasterKey.MAX_ID_BYTES) {
      throw new IllegalArgumentException(
          "a master key's id has 1 to " + MasterKey.MAX_ID_BYTES + " bytes, not " + id);
    }
    if (wrapped.length() < 1 || wrapped.length() > MasterKey.MAX_WRAPPED_BYTES) {
      throw new IllegalArgumentException(
          "a master key wraps to 1 to "
              + MasterKey.MAX_WRAPPED_BYTES
              + " bytes, not "
              + wrapped.length());
    }
  }

  int bytes() {
    return 2 * Integer.BYTES + Utf8.length(masterKey) + wrapped.length();
  }

  void encode(ByteBuffer out) {
    byte[] id = Utf8.bytes(masterKey);
    out.putInt(id.length).putInt(wrapped.length()).put(id);
    wrapped.copyTo(out);
  }

  /**
   * Reads one whose checksum is right.
   *
   * @throws RuntimeException when it is none
   */
  static WrappedKey decode(ByteBuffer in) {
    int id = in.getInt();
    int length = in.getInt();
    if (id < 0 || length < 0 || id > in.remaining() || length > in.remaining() - id) {
      throw new IllegalArgumentException("a wrapped key is longer than its file");
    }
    byte[] text = new byte[id];
    byte[] wrapped = new byte[length];
    in.get(text).get(wrapped);
    return new WrappedKey(Utf8.text(text, 0, id), Bytes.wrap(wrapped));
  }
}
