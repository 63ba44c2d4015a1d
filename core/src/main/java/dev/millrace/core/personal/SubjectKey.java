package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The key of a subject: an id, which stands beside every value that it seals, and a secret. */
public final class SubjectKey {
  /** Length of the secret: AES-256. */
  public static final int SECRET_BYTES = 32;

  private final UUID id;
  private final Subject subject;
  private final Bytes secret;

  /** Derived once: that costs more than to open a value. */
  private volatile @Nullable SecretKeySpec sealing;

  private volatile @Nullable SecretKeySpec nonces;

  /**
   * A key.
   *
   * @param secret {@link #SECRET_BYTES} random bytes
   */
  public SubjectKey(UUID id, Subject subject, Bytes secret) {
    if (secret.length() != SECRET_BYTES) {
      throw new IllegalArgumentException(
          "a subject's key has " + SECRET_BYTES + " bytes, not " + secret.length());
    }
    this.id = id;
    this.subject = subject;
    this.secret = secret;
  }

  /** Stands beside every value that it seals. */
  public UUID id() {
    return id;
  }

  /** Whose it is. */
  public Subject subject() {
    return subject;
  }

  /** The secret itself. */
  public Bytes secret() {
    return secret;
  }

  SecretKeySpec sealing() {
    SecretKeySpec derived = sealing;
    if (derived == null) {
      derived = new SecretKeySpec(Sealing.derive(this, Sealing.ENCRYPT), "AES");
      sealing = derived;
    }
    return derived;
  }

  SecretKeySpec nonces() {
    SecretKeySpec derived = nonces;
    if (derived == null) {
      derived = new SecretKeySpec(Sealing.derive(this, Sealing.NONCE), "HmacSHA256");
      nonces = derived;
    }
    return derived;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SubjectKey that
        && id.equals(that.id)
        && subject.equals(that.subject)
        && secret.equals(that.secret);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, subject);
  }

  @Override
  public String toString() {
    return "key " + id + " of " + subject;
  }
}
