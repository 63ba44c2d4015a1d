package dev.millrace.log.spi;

import dev.millrace.log.internal.LocalMasterKey;

/**
 * A key that wraps the data keys of a store: what is stored beside the data is only what {@link
 * #wrap} returns. The key itself may stay in a key management service. Safe for use from any
 * thread; calls may take as long as a request to a service does.
 */
public interface MasterKey {

  /** Bytes of a key made by {@link #of}. */
  int BYTES = 32;

  /** Most characters of an {@link #id}, in UTF-8 bytes. */
  int MAX_ID_BYTES = 512;

  /** Most bytes that {@link #wrap} may return. */
  int MAX_WRAPPED_BYTES = 2048;

  /**
   * Names the key; stored in clear, so that another key is recognized before it is tried. Another
   * key, or another version of a key that cannot unwrap what the first wrapped, has another id.
   */
  String id();

  /**
   * Encrypts and authenticates a secret.
   *
   * @param secret at most 128 bytes
   * @param context where the secret belongs: authenticated, not stored with it
   * @return at most {@link #MAX_WRAPPED_BYTES} bytes
   * @throws RuntimeException when the key cannot be had now
   */
  byte[] wrap(byte[] secret, byte[] context);

  /**
   * The secret that was wrapped.
   *
   * @throws dev.millrace.core.store.StoreKeyException when it was not wrapped by this key, or not
   *     in this context, or is not as it was
   * @throws RuntimeException when the key cannot be had now
   */
  byte[] unwrap(byte[] wrapped, byte[] context);

  /**
   * A key that is here, of {@value #BYTES} bytes from a secure random source. It wraps with
   * AES-256-GCM; its id is derived from it.
   */
  static MasterKey of(byte[] key) {
    return new LocalMasterKey(key);
  }
}
