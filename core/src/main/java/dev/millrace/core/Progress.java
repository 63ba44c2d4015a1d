package dev.millrace.core;

import dev.millrace.core.readmodel.SlotCheckpoint;
import java.util.List;

/**
 * How far a processor is.
 *
 * @param position every event up to and including this one was handled, but for those of blocked
 *     keys
 * @param blocked what is not handled as it comes
 * @param slots what is finished after the position; none: nothing
 */
record Progress(long position, List<BlockedKey> blocked, List<SlotCheckpoint> slots) {
  Progress {
    blocked = List.copyOf(blocked);
    slots = List.copyOf(slots);
  }

  Progress(long position, List<BlockedKey> blocked) {
    this(position, blocked, List.of());
  }

  static Progress at(long position) {
    return new Progress(position, List.of());
  }
}
