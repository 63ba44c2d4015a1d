package dev.millrace.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/** Digests (SHA-256) that stand in the store: their input must never change its form. */
final class Fingerprint {
  /** To copy: the look-up of the algorithm costs more than the digest of a command. */
  private static final MessageDigest FRESH = fresh();

  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = (MessageDigest) FRESH.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the platform's SHA-256 can be copied", e);
    }
  }

  private static MessageDigest fresh() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds bytes, with their length, so that parts cannot run into each other. */
  Fingerprint add(ByteBuffer part) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, part.remaining()));
    digest.update(part);
    return this;
  }

  /** Adds a text. */
  Fingerprint add(String part) {
    return add(ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8)));
  }

  /** The first 64 bits. */
  long toLong() {
    return ByteBuffer.wrap(digest.digest()).getLong();
  }

  /** The first 128 bits as hexadecimal digits. */
  String toText() {
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /** The first bits as a UUID of version 8 (RFC 9562). */
  UUID toUuid() {
    ByteBuffer bytes = ByteBuffer.wrap(digest.digest());
    long high = (bytes.getLong() & 0xFFFF_FFFF_FFFF_0FFFL) | 0x8000L;
    long low = (bytes.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
