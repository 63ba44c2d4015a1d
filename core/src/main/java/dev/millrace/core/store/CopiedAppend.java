package dev.millrace.core.store;

import java.time.Instant;

/**
 * An append as it stands in a store, to be put into another at the same place.
 *
 * @param append its content, without a condition
 * @param first position of its first event; the others follow without gaps
 * @param time when it was recorded
 */
public record CopiedAppend(Append append, long first, Instant time) {

  /** Position of its last event. */
  public long last() {
    return first + append.events().size() - 1;
  }
}
