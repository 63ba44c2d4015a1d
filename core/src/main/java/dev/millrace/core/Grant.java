package dev.millrace.core;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The shares of a processor that this process may work on now, each with the epoch of its lease.
 *
 * @param epochs by share
 * @param isEverything whether nobody else could have any: then nothing needs to be fenced
 */
record Grant(SortedMap<Integer, Long> epochs, boolean isEverything) {
  /** The work is this process's alone. */
  static final Grant EVERYTHING = new Grant(new TreeMap<>(), true);

  /** No share. */
  static final Grant NOTHING = new Grant(new TreeMap<>(), false);

  Grant {
    epochs = Collections.unmodifiableSortedMap(new TreeMap<>(epochs));
  }

  static Grant of(Map<Integer, Long> epochs) {
    return new Grant(new TreeMap<>(epochs), false);
  }

  boolean isNothing() {
    return !isEverything && epochs.isEmpty();
  }

  boolean has(int share) {
    return isEverything || epochs.containsKey(share);
  }

  /** The epoch of a share that it has. */
  long epoch(int share) {
    Long epoch = epochs.get(share);
    if (epoch == null) {
      throw new FencedException(
          "share " + share + " was never granted; it has " + epochs, share, 0);
    }
    return epoch;
  }

  Set<Integer> shares() {
    return epochs.keySet();
  }
}
