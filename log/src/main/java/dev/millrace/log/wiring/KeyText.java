package dev.millrace.log.wiring;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.MasterKey;
import java.util.HexFormat;

/** A master key as text: its bytes as hexadecimal digits. */
final class KeyText {
  private KeyText() {}

  /**
   * Reads a key.
   *
   * @param where it stands, for messages, which never show it
   */
  static MasterKey read(String text, String where) {
    try {
      return MasterKey.of(HexFormat.of().parseHex(text.strip()));
    } catch (IllegalArgumentException e) { // its message may hold what was read
      throw new StoreKeyException(
          where
              + " holds no key: it must be "
              + 2 * MasterKey.BYTES
              + " hexadecimal digits and nothing else; 'millrace log new-key FILE' makes one");
    }
  }
}
