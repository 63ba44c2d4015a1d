package dev.millrace.postgresql.internal;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * The hashes in the tables: 64-bit XXH3 of UTF-8. They must never change. An index entry is only a
 * hint: what it leads to is compared with the real words.
 */
final class Hashes {
  private static final Hasher64 HASHER = Hashing.xxh3_64();

  private Hashes() {}

  /** Of a tag of a tenant's events. */
  static long tag(Tenant tenant, TagValue tag) {
    return hash(tenant.name() + '\0' + tag.name() + ':' + tag.value());
  }

  /** Of a type. */
  static long kind(String type) {
    return hash(type);
  }

  private static long hash(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return HASHER.hashBytesToLong(bytes, 0, bytes.length);
  }

  /** Of a snapshot's key, long enough to need no comparison. */
  static byte[] snapshot(SnapshotKey key) {
    MessageDigest digest = sha256();
    List<String> parts =
        List.of(
            key.view(),
            Integer.toString(key.version()),
            key.fingerprint(),
            key.tenant().name(),
            key.key());
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(4).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return digest.digest();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
