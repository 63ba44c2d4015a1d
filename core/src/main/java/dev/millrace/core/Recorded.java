package dev.millrace.core;

import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.Instant;
import java.util.List;

/**
 * An event with what the store knows of it.
 *
 * @param <T> the event's type
 * @param event the fact
 * @param stored as stored; its schema version is the one in which it was written
 */
public record Recorded<T>(T event, RecordedEvent stored) {
  /** Place in the store's total order. */
  public long position() {
    return stored.position();
  }

  /** Identity. */
  public EventId id() {
    return stored.id();
  }

  /** When it was recorded. */
  public Instant time() {
    return stored.time();
  }

  /** Whose it is. */
  public Tenant tenant() {
    return stored.tenant();
  }

  /** What it is about, the subject first. */
  public List<TagValue> tags() {
    return stored.tags();
  }

  /** Where it came from. */
  public Metadata metadata() {
    return stored.metadata();
  }
}
