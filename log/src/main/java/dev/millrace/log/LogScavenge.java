package dev.millrace.log;

import java.util.Set;
import java.util.TreeSet;

/**
 * What a scavenge removed.
 *
 * @param types of the events that were removed
 * @param events how many
 * @param appends how many had such events
 * @param bytesBefore of the store
 * @param bytes of the store now
 */
public record LogScavenge(
    Set<String> types, long events, long appends, long bytesBefore, long bytes) {
  /**
   * The type of what stands where an event was removed: without tags, data and meaning. No
   * application should name an event so.
   */
  public static final String REMOVED = "millrace:removed";

  public LogScavenge {
    types = java.util.Collections.unmodifiableSet(new TreeSet<>(types));
  }
}
