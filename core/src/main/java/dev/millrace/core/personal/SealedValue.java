package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.util.UUID;

/**
 * A personal value as stored.
 *
 * @param key which key opens it
 * @param at where it was stored first: {@code type#/path/in/the/data}; bound to the text
 * @param nonce {@value #NONCE_BYTES} bytes
 * @param text the encrypted data, then a tag of {@value #TAG_BYTES} bytes
 */
public record SealedValue(UUID key, String at, Bytes nonce, Bytes text) {
  /** The one algorithm so far; stands in the data, so that another one can follow. */
  public static final String ALGORITHM = "aes-256-gcm-1";

  /** Length of a nonce. */
  public static final int NONCE_BYTES = 12;

  /** Length of the authentication tag. */
  public static final int TAG_BYTES = 16;

  public SealedValue {
    if (nonce.length() != NONCE_BYTES || text.length() < TAG_BYTES) {
      throw new IllegalArgumentException(
          "a sealed value at " + at + " has a nonce or a text of a wrong length");
    }
  }
}
