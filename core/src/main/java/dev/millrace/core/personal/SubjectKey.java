package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.util.UUID;

/**
 * The key of a subject.
 *
 * @param id stands beside every value that it seals
 * @param subject whose it is
 * @param secret {@link #SECRET_BYTES} random bytes
 */
public record SubjectKey(UUID id, Subject subject, Bytes secret) {
  /** Length of the secret: AES-256. */
  public static final int SECRET_BYTES = 32;

  public SubjectKey {
    if (secret.length() != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "a subject's key has " + SECRET_BYTES + " bytes, not " + secret.length());
    }
  }

  @Override
  public String toString() {
    return "key " + id + " of " + subject;
  }
}
