package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;

/** How far a processor is, whichever processes have its work. */
interface Passed {
  /** Every event up to and including this position was passed. */
  long low();

  /** Whether an event was passed. */
  boolean covers(RecordedEvent event);

  /** In one lane. */
  static Passed upTo(long position) {
    return new Passed() {
      @Override
      public long low() {
        return position;
      }

      @Override
      public boolean covers(RecordedEvent event) {
        return event.position() <= position;
      }
    };
  }
}
