package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.SlotCheckpoint;
import java.util.List;

/**
 * What is saved with, or instead of, the effects of events.
 *
 * @param position the checkpoint's new position; {@link #SAME}: it stays
 * @param blocked keys to keep, or to replace
 * @param freed keys that are not blocked any more
 * @param finished what is added to slots
 */
record ProgressChange(
    long position,
    List<BlockedKey> blocked,
    List<OrderingKey> freed,
    List<SlotCheckpoint> finished) {
  static final long SAME = -1;

  ProgressChange(long position, List<BlockedKey> blocked, List<OrderingKey> freed) {
    this(position, blocked, freed, List.of());
  }

  ProgressChange {
    finished = List.copyOf(finished);
    blocked = List.copyOf(blocked);
    freed = List.copyOf(freed);
  }

  static ProgressChange to(long position) {
    return new ProgressChange(position, List.of(), List.of());
  }

  static ProgressChange of(List<BlockedKey> blocked) {
    return new ProgressChange(SAME, blocked, List.of());
  }
}
