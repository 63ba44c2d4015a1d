package dev.millrace.core;

import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.RecordedEvent;
import org.jspecify.annotations.Nullable;

/**
 * An event as a version reads it.
 *
 * @param event null: it cannot be read
 * @param problem why it cannot be read; empty when it can
 */
record RehearsedEvent(RecordedEvent stored, @Nullable Object event, String problem) {

  static RehearsedEvent read(RecordedEvent stored, Context context) {
    try {
      return new RehearsedEvent(stored, context.readEvent(stored), "");
    } catch (MillraceException e) {
      return new RehearsedEvent(stored, null, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) { // an upcaster's own
      return new RehearsedEvent(stored, null, "event " + stored.position() + ": " + e);
    }
  }
}
