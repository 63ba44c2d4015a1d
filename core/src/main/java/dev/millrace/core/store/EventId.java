package dev.millrace.core.store;

import java.util.UUID;

/**
 * Identity of an event: the id of its append, and its place in it.
 *
 * @param append the append's id
 * @param ordinal from 0
 */
public record EventId(UUID append, int ordinal) {
  public EventId {
    if (ordinal < 0) {
      throw new IllegalArgumentException("ordinal must not be negative: " + ordinal);
    }
  }

  /**
   * Reads what {@link #toString()} writes.
   *
   * @throws IllegalArgumentException when it is of another form
   */
  public static EventId parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException("an event id is written uuid/ordinal, not '" + text + "'");
    }
    return new EventId(
        UUID.fromString(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  @Override
  public String toString() {
    return append + "/" + ordinal;
  }
}
