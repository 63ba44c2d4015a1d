package dev.millrace.core.store;

import java.time.Instant;

/** The outcome of an append whose store works as it should. */
public sealed interface AppendResult {

  /**
   * All events are durable.
   *
   * @param first position of the first event
   * @param last position of the last event; the positions between are this append's too
   * @param time when the store recorded it
   * @param repeated whether this id had been appended before, so that nothing new was stored
   */
  record Appended(long first, long last, Instant time, boolean repeated) implements AppendResult {}

  /**
   * The condition did not hold; nothing was stored.
   *
   * @param position of an event that matches; the newest that the store knows of
   */
  record Conflict(long position) implements AppendResult {}
}
