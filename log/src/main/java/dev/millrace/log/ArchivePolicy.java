package dev.millrace.log;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which sealed segments go to an archive. Nothing is ever deleted by it: what leaves the disk of
 * the store is in the archive, and is read from there.
 *
 * @param to where the archive is: a folder, or a location such as {@code s3://bucket/prefix}
 * @param olderThan segments all of whose events are older go; null: age does not matter
 * @param keepBytes the newest segments stay, as long as they have no more bytes together; the one
 *     that is written to always stays
 */
public record ArchivePolicy(String to, @Nullable Duration olderThan, long keepBytes) {
  public ArchivePolicy {
    if (to.isBlank()) {
      throw new IllegalArgumentException("an archive needs a place: a folder, or s3://bucket");
    }
    if (olderThan != null && olderThan.isNegative()) {
      throw new IllegalArgumentException("olderThan must not be negative: " + olderThan);
    }
    if (keepBytes < 0) {
      throw new IllegalArgumentException("keepBytes must not be negative: " + keepBytes);
    }
  }

  /** Segments whose events are older than this. */
  public static ArchivePolicy olderThan(String to, Duration age) {
    return new ArchivePolicy(to, age, Long.MAX_VALUE);
  }

  /** All but the newest segments. */
  public static ArchivePolicy keeping(String to, long bytes) {
    return new ArchivePolicy(to, null, bytes);
  }
}
