package dev.millrace.core;

import java.util.List;

/**
 * How far a processor is.
 *
 * @param position every event up to and including this one was handled, but for those of blocked
 *     keys
 * @param blocked what is not handled as it comes
 */
record Progress(long position, List<BlockedKey> blocked) {
  Progress {
    blocked = List.copyOf(blocked);
  }

  static Progress at(long position) {
    return new Progress(position, List.of());
  }
}
