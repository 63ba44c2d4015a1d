package dev.millrace.log.internal;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keys from a key: HKDF with HMAC-SHA-256, RFC 5869. */
final class Hkdf {
  static final byte[] NO_SALT = new byte[32];

  private Hkdf() {}

  /**
   * A key for one purpose.
   *
   * @param secret the key that it is derived from
   * @param salt not secret; {@link #NO_SALT} when the secret is a key already
   * @param purpose no two uses of a secret have the same
   * @param length in bytes
   */
  static byte[] derive(byte[] secret, byte[] salt, String purpose, int length) {
    return derive(secret, salt, purpose.getBytes(StandardCharsets.UTF_8), length);
  }

  static byte[] derive(byte[] secret, byte[] salt, byte[] info, int length) {
    byte[] extracted = hmac(salt, secret);
    byte[] derived = new byte[length];
    byte[] block = new byte[0];
    int filled = 0;
    for (int counter = 1; filled < length; counter++) {
      byte[] input = Arrays.copyOf(block, block.length + info.length + 1);
      System.arraycopy(info, 0, input, block.length, info.length);
      input[input.length - 1] = (byte) counter;
      block = hmac(extracted, input);
      int part = Math.min(block.length, length - filled);
      System.arraycopy(block, 0, derived, filled, part);
      filled += part;
    }
    return derived;
  }

  static byte[] hmac(byte[] key, byte[]... inputs) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (byte[] input : inputs) {
        mac.update(input);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) { // every JDK must have it
      throw new IllegalStateException("this JDK has no HmacSHA256", e);
    }
  }
}
