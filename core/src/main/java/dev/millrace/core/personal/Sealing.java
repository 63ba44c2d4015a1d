package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals and opens values: AES-256-GCM, with a synthetic nonce.
 *
 * <p>The nonce is a keyed digest of all that goes in: place, salt and value. So the same value of
 * the same append is sealed the same each time, and an append that is tried again is recognized;
 * the salt is the id of the append, so that equal values of different appends cannot be told to be
 * equal. A nonce repeats for different input only by chance, about once in 2^48 values of a key.
 *
 * <p>What is authenticated with the text: tenant, subject, key, and the place. Keys for encryption
 * and for nonces are derived from the secret by HMAC-SHA-256, as RFC 5869 expands.
 */
final class Sealing {
  static final String ENCRYPT = "millrace personal value 1: encrypt";
  static final String NONCE = "millrace personal value 1: nonce";
  private static final String DIGEST = "millrace personal value 1: digest";

  private Sealing() {}

  static SealedValue seal(SubjectKey key, String at, String salt, Bytes plain) {
    byte[] bound = bound(key, at);
    try {
      Mac mac = mac(key.nonces());
      mac.update(bound);
      mac.update(framed(salt.getBytes(StandardCharsets.UTF_8)));
      byte[] nonce = Arrays.copyOf(mac.doFinal(plain.toArray()), SealedValue.NONCE_BYTES);
      Cipher cipher = cipher(Cipher.ENCRYPT_MODE, key, nonce);
      cipher.updateAAD(bound);
      byte[] text = cipher.doFinal(plain.toArray());
      return new SealedValue(key.id(), at, Bytes.wrap(nonce), Bytes.wrap(text));
    } catch (GeneralSecurityException e) {
      throw new SubjectKeysException("cannot seal a value at " + at + " with the " + key, e);
    }
  }

  static Bytes open(SubjectKey key, SealedValue sealed) {
    try {
      Cipher cipher = cipher(Cipher.DECRYPT_MODE, key, sealed.nonce().toArray());
      cipher.updateAAD(bound(key, sealed.at()));
      return Bytes.wrap(cipher.doFinal(sealed.text().toArray()));
    } catch (GeneralSecurityException e) {
      throw new SubjectKeysException(
          "a personal value at "
              + sealed.at()
              + " cannot be opened with the "
              + key
              + ": one of the two was changed, or the value was moved from elsewhere",
          e);
    }
  }

  /** A digest that nobody without the key can compute. */
  static int digest(SubjectKey key, Bytes content) {
    try {
      return ByteBuffer.wrap(mac(hmacKey(derive(key, DIGEST))).doFinal(content.toArray())).getInt();
    } catch (GeneralSecurityException e) {
      throw new SubjectKeysException("cannot use the " + key, e);
    }
  }

  private static Cipher cipher(int mode, SubjectKey key, byte[] nonce)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(
        mode, key.sealing(), new GCMParameterSpec(SealedValue.TAG_BYTES * Byte.SIZE, nonce));
    return cipher;
  }

  static byte[] derive(SubjectKey key, String purpose) {
    try {
      Mac mac = mac(hmacKey(key.secret().toArray()));
      mac.update(purpose.getBytes(StandardCharsets.US_ASCII));
      return mac.doFinal(new byte[] {1});
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }

  private static SecretKeySpec hmacKey(byte[] key) {
    return new SecretKeySpec(key, "HmacSHA256");
  }

  private static Mac mac(SecretKeySpec key) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(key);
    return mac;
  }

  /** Each part with its length, so that parts cannot run into each other. */
  private static byte[] bound(SubjectKey key, String at) {
    Subject subject = key.subject();
    ByteBuffer id =
        ByteBuffer.allocate(2 * Long.BYTES)
            .putLong(key.id().getMostSignificantBits())
            .putLong(key.id().getLeastSignificantBits());
    byte[][] parts = {
      framed(SealedValue.ALGORITHM.getBytes(StandardCharsets.US_ASCII)),
      framed(id.array()),
      framed(subject.tenant().name().getBytes(StandardCharsets.UTF_8)),
      framed(subject.tag().name().getBytes(StandardCharsets.UTF_8)),
      framed(subject.tag().value().getBytes(StandardCharsets.UTF_8)),
      framed(at.getBytes(StandardCharsets.UTF_8)),
    };
    int length = 0;
    for (byte[] part : parts) {
      length += part.length;
    }
    ByteBuffer all = ByteBuffer.allocate(length);
    for (byte[] part : parts) {
      all.put(part);
    }
    return all.array();
  }

  private static byte[] framed(byte[] part) {
    return ByteBuffer.allocate(Integer.BYTES + part.length).putInt(part.length).put(part).array();
  }
}
