package dev.millrace.core;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;

/** How far a processor is, whichever processes have its work. */
interface Passed {
  /** Most events that are looked at together. */
  int PAGE = 1_024;

  /** Every event up to and including this position was passed. */
  long low();

  /** Whether an event was passed. */
  boolean covers(RecordedEvent event);

  /**
   * How far it is on the way to a position. Events that a processor does not handle move no
   * checkpoint, and those that a slot has finished not that of others: so what is between is looked
   * for in the store.
   *
   * @param query of the processor
   */
  default long reached(EventStore store, Query query, long target) {
    long position = low();
    while (position < target) {
      EventPage page = store.read(query, position + 1, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (!covers(event)) {
          return event.position() - 1;
        }
      }
      if (page.examined() <= position) {
        return position;
      }
      position = page.examined();
    }
    return position;
  }

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
