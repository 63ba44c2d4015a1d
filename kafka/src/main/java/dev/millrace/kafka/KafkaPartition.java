package dev.millrace.kafka;

import java.util.TreeSet;

/**
 * What of a partition was taken and not acknowledged, while this member has it. What is committed
 * is the oldest of it, so that nothing is lost, whatever is acknowledged out of order. Guarded by
 * its subscription.
 */
final class KafkaPartition {
  private final TreeSet<Long> outstanding = new TreeSet<>();
  private long next = -1;
  private long committed = -1;

  void took(long offset) {
    outstanding.add(offset);
    next = offset + 1;
  }

  /** Whether that was news. */
  boolean acknowledge(long offset) {
    return outstanding.remove(offset);
  }

  /** Somebody else has it: nothing of it can be acknowledged here. How much that was. */
  int lose() {
    int lost = outstanding.size();
    outstanding.clear();
    return lost;
  }

  /** Where the group begins after this; -1: nothing is new. */
  long committable() {
    long position = outstanding.isEmpty() ? next : outstanding.first();
    return position == committed ? -1 : position;
  }

  void committed(long position) {
    committed = position;
  }
}
