package dev.millrace.log;

import dev.millrace.log.spi.MasterKey;
import java.util.Arrays;

/** Master keys for tests: the same number gives the same key. */
final class Keys {
  private Keys() {}

  static MasterKey master(int number) {
    byte[] key = new byte[MasterKey.BYTES];
    Arrays.fill(key, (byte) number);
    return MasterKey.of(key);
  }

  static Encryption with(int number) {
    return Encryption.with(master(number));
  }
}
