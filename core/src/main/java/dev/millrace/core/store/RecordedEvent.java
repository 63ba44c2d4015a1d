package dev.millrace.core.store;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An event as stored.
 *
 * @param position place in the store's total order, from 1, increasing, perhaps with gaps
 * @param id identity
 * @param type stable name
 * @param schemaVersion version in which the data was written
 * @param time when it was recorded
 * @param tenant whose it is
 * @param tags what it is about, the subject first
 * @param data the encoded fact
 * @param metadata where it came from
 */
public record RecordedEvent(
    long position,
    EventId id,
    String type,
    int schemaVersion,
    Instant time,
    Tenant tenant,
    List<TagValue> tags,
    Bytes data,
    Metadata metadata) {

  /** The first tag, or null. */
  public @Nullable TagValue subject() {
    return tags.isEmpty() ? null : tags.get(0);
  }
}
