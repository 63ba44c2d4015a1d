package dev.millrace.node.http;

import dev.millrace.core.store.StoreIdentity;
import java.util.UUID;

/**
 * A position with the history that it belongs to, as text: {@code store:epoch:position}. What a
 * client keeps to go on later; a position of another history is told from one of this.
 */
public record PositionToken(StoreIdentity store, long position) {

  /** Reads what {@link #toString()} writes. */
  public static PositionToken parse(String text) {
    String[] parts = text.strip().split(":", -1);
    if (parts.length == 3) {
      try {
        long position = Long.parseLong(parts[2]);
        if (position >= 0) {
          return new PositionToken(
              new StoreIdentity(UUID.fromString(parts[0]), Long.parseLong(parts[1])), position);
        }
      } catch (IllegalArgumentException e) {
        throw malformed(text);
      }
    }
    throw malformed(text);
  }

  private static ProblemException malformed(String text) {
    return Problem.badRequest("a position is written store:epoch:position, not '" + text + "'")
        .exception();
  }

  /** The position, if it is of this history and not beyond its head. */
  public long in(StoreIdentity current, long head) {
    if (!store.equals(current)) {
      throw Problems.gone(
              "the position is of store "
                  + store
                  + ", but this is "
                  + current
                  + "; read what you need again from the beginning")
          .with("store", json -> json.writeString(current.toString()))
          .exception();
    }
    if (position > head) {
      throw Problem.badRequest("position " + position + " is beyond the head of the store, " + head)
          .exception();
    }
    return position;
  }

  @Override
  public String toString() {
    return store.id() + ":" + store.epoch() + ":" + position;
  }
}
