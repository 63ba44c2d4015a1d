package dev.millrace.core.processing;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An event that a processor could not handle. Its ordering key is blocked: later events of the key
 * wait in the store. It refers to the event and does not contain it, so that a handler or an
 * upcaster that was put right applies.
 *
 * @param id of the key, by which operators name it: 16 hexadecimal digits
 * @param key what is blocked
 * @param position where the event is
 * @param event its id
 * @param type its name
 * @param cause why it failed the last time
 * @param attempts how often it was tried
 * @param firstFailed when it failed first
 * @param lastFailed when it failed last
 * @param edit what is handled instead of the event's data; null: the data
 * @param redriving whether it is being tried again now
 */
public record DeadLetter(
    String id,
    OrderingKey key,
    long position,
    EventId event,
    String type,
    FailureCause cause,
    int attempts,
    Instant firstFailed,
    Instant lastFailed,
    @Nullable Edit edit,
    boolean redriving) {

  /**
   * A corrected payload.
   *
   * @param data as it is stored, with personal values sealed
   * @param schemaVersion in which it was written
   */
  public record Edit(Bytes data, int schemaVersion) {}

  /** The same with another payload. */
  public DeadLetter with(Edit edit) {
    return new DeadLetter(
        id, key, position, event, type, cause, attempts, firstFailed, lastFailed, edit, redriving);
  }

  /** The same, being tried again or not. */
  public DeadLetter redriving(boolean redriving) {
    return new DeadLetter(
        id, key, position, event, type, cause, attempts, firstFailed, lastFailed, edit, redriving);
  }
}
