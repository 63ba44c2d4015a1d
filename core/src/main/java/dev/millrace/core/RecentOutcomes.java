package dev.millrace.core;

import java.util.BitSet;

/** How many of the recent events failed. Used by the steps of one worker. */
final class RecentOutcomes {
  /** So many events are recent. */
  static final int RECENT = 1_000;

  /** A share means nothing with fewer failures than this. */
  static final int FEWEST_FAILED = 10;

  private final BitSet failed = new BitSet(RECENT);
  private int next;
  private int known;

  void handled(int events) {
    for (int i = 0; i < Math.min(events, RECENT); i++) {
      add(false);
    }
  }

  void failed() {
    add(true);
  }

  private void add(boolean isFailed) {
    failed.set(next, isFailed);
    next = (next + 1) % RECENT;
    known = Math.min(known + 1, RECENT);
  }

  /** Whether one more failure would be more than a share of them. */
  boolean oneMoreIsAbove(double share) {
    int count = failed.cardinality() + 1;
    return count >= FEWEST_FAILED && count > share * Math.max(known, 1);
  }

  /** As words. */
  @Override
  public String toString() {
    return failed.cardinality() + " of the latest " + known + " events";
  }

  void clear() {
    failed.clear();
    next = 0;
    known = 0;
  }
}
