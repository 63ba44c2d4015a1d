package dev.millrace.log.internal;

import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.spi.MasterKey;
import java.security.Key;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.spec.SecretKeySpec;

/**
 * A master key in memory.
 *
 * <p>It wraps with AES-256-GCM. The nonce is a keyed hash of what is wrapped and where it belongs,
 * so that it is the same only for the same secret in the same place, and needs no chance. What is
 * stored is nonce, encrypted secret, tag.
 */
public final class LocalMasterKey implements MasterKey {
  private static final int ID_BYTES = 8;

  private final Key wrapping;
  private final byte[] nonces;
  private final String id;

  /** A key of {@value MasterKey#BYTES} bytes. */
  public LocalMasterKey(byte[] key) {
    if (key.length != BYTES) {
      throw new IllegalArgumentException(
          "a master key has "
              + BYTES
              + " bytes, not "
              + key.length
              + "; make one with"
              + " 'millrace log new-key'");
    }
    wrapping = new SecretKeySpec(Hkdf.derive(key, Hkdf.NO_SALT, "millrace wrap 1", BYTES), "AES");
    nonces = Hkdf.derive(key, Hkdf.NO_SALT, "millrace wrap nonce 1", BYTES);
    id = HexFormat.of().formatHex(Hkdf.derive(key, Hkdf.NO_SALT, "millrace key id 1", ID_BYTES));
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public byte[] wrap(byte[] secret, byte[] context) {
    byte[] nonce = Arrays.copyOf(Hkdf.hmac(nonces, context, secret), Gcm.NONCE_BYTES);
    byte[] wrapped = Arrays.copyOf(nonce, Gcm.NONCE_BYTES + secret.length + Gcm.TAG_BYTES);
    Gcm.seal(
        Gcm.cipher(),
        wrapping,
        Gcm.Range.of(nonce),
        Gcm.Range.of(context),
        Gcm.Range.of(secret),
        wrapped,
        Gcm.NONCE_BYTES);
    return wrapped;
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] context) {
    int length = wrapped.length - Gcm.NONCE_BYTES;
    byte[] secret = new byte[Math.max(0, length - Gcm.TAG_BYTES)];
    if (length < Gcm.TAG_BYTES
        || !Gcm.open(
            wrapping,
            new Gcm.Range(wrapped, 0, Gcm.NONCE_BYTES),
            Gcm.Range.of(context),
            new Gcm.Range(wrapped, Gcm.NONCE_BYTES, length),
            secret,
            0)) {
      throw new StoreKeyException("it was not wrapped by key " + id + ", or is not as it was");
    }
    return secret;
  }

  @Override
  public String toString() {
    return "key " + id; // never the key
  }
}
