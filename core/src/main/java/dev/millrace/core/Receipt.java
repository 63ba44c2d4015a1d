package dev.millrace.core;

import dev.millrace.core.store.StoreIdentity;
import java.time.Instant;

/**
 * Where a command's events are: to read them, or to wait until a processor has seen them.
 *
 * @param context the bounded context
 * @param store the history that the positions belong to
 * @param first position of the first event; {@code last + 1} when there are none
 * @param last position of the last event; the head at the decision when there are none
 * @param time when it was recorded
 * @param repeated whether the command had been accepted before, so that this repeats the answer
 */
public record Receipt(
    String context, StoreIdentity store, long first, long last, Instant time, boolean repeated) {

  /** How many positions the events span; without gaps in the store this is how many events. */
  public long events() {
    return last - first + 1;
  }
}
