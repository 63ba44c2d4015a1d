package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import java.util.List;

/**
 * What is saved with, or instead of, the effects of events.
 *
 * @param position the checkpoint's new position; {@link #SAME}: it stays
 * @param blocked keys to keep, or to replace
 * @param freed keys that are not blocked any more
 */
record ProgressChange(long position, List<BlockedKey> blocked, List<OrderingKey> freed) {
  static final long SAME = -1;

  ProgressChange {
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
