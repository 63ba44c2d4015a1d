package dev.millrace.log;

import java.util.List;

/**
 * What a check of all files found.
 *
 * @param events how many whole events there are
 * @param appends how many whole appends there are
 * @param segments how many files of events
 * @param bytes of frames that were read
 * @param tornBytes after the last whole frame, which were never acknowledged: no damage, and cut
 *     off when the store is opened
 * @param damage everything that is wrong, in the order of the files; empty: nothing
 */
public record LogVerification(
    long events, long appends, int segments, long bytes, long tornBytes, List<Damage> damage) {
  public LogVerification {
    damage = List.copyOf(damage);
  }

  /** Whether nothing is wrong. */
  public boolean ok() {
    return damage.isEmpty();
  }
}
