package dev.millrace.core.store;

import java.util.List;

/**
 * Events that a read found, and how far it looked.
 *
 * @param events in the direction of the read
 * @param examined every event from where the read began up to and including this position has been
 *     examined: the next page of a forward read begins at {@code examined + 1}, of a backward read
 *     at {@code examined - 1}. A forward read that examined nothing has one less than where it
 *     began, a backward read one more
 */
public record EventPage(List<RecordedEvent> events, long examined) {
  public EventPage {
    events = List.copyOf(events);
  }
}
