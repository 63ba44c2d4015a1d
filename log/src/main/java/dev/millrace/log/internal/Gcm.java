package dev.millrace.log.internal;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.concurrent.ArrayBlockingQueue;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM on ranges of arrays.
 *
 * <p>Making a cipher object takes longer than using it, and it is for one thread: a few are kept
 * for decrypting. Who encrypts has one of his own, which refuses a nonce that it had just before.
 */
final class Gcm {
  static final int NONCE_BYTES = 12;
  static final int TAG_BYTES = 16;

  private static final int MAX_KEPT = 64;
  private static final ArrayBlockingQueue<Cipher> KEPT = new ArrayBlockingQueue<>(MAX_KEPT);

  private Gcm() {}

  /** A range of an array. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Range(byte[] bytes, int at, int length) {
    static Range of(byte[] bytes) {
      return new Range(bytes, 0, bytes.length);
    }
  }

  static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) { // every JDK must have it
      throw new IllegalStateException("this JDK has no AES/GCM/NoPadding", e);
    }
  }

  /** Writes the encrypted bytes and the tag to an index of another array. */
  static void seal(
      Cipher cipher, Key key, Range nonce, Range clear, Range plain, byte[] target, int at) {
    try {
      run(cipher, Cipher.ENCRYPT_MODE, key, nonce, clear, plain, target, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("encrypting failed: " + e.getMessage(), e);
    }
  }

  /**
   * Writes the decrypted bytes to an index of another array; false when they, or what is
   * authenticated with them, are not as they were.
   *
   * @param sealed encrypted bytes and tag
   */
  static boolean open(Key key, Range nonce, Range clear, Range sealed, byte[] target, int at) {
    Cipher kept = KEPT.poll();
    Cipher cipher = kept == null ? cipher() : kept;
    try {
      run(cipher, Cipher.DECRYPT_MODE, key, nonce, clear, sealed, target, at);
      boolean unused = KEPT.offer(cipher); // one that failed is not kept
      return true;
    } catch (AEADBadTagException e) {
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("decrypting failed: " + e.getMessage(), e);
    }
  }

  private static void run(
      Cipher cipher,
      int mode,
      Key key,
      Range nonce,
      Range clear,
      Range input,
      byte[] target,
      int at)
      throws GeneralSecurityException {
    cipher.init(
        mode, key, new GCMParameterSpec(8 * TAG_BYTES, nonce.bytes(), nonce.at(), NONCE_BYTES));
    cipher.updateAAD(clear.bytes(), clear.at(), clear.length());
    cipher.doFinal(input.bytes(), input.at(), input.length(), target, at);
  }
}
