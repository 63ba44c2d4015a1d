package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import java.util.Map;

/**
 * A part of what happened to one thing: the events with its tag, oldest first, and the states of
 * the context's views after each.
 *
 * @param before the states before the first of these steps, by the names of the views
 * @param steps one for each event
 * @param examined every event up to and including this position has been looked at: the next part
 *     is the one after it
 * @param more whether there were further events when it was read
 */
public record EntityHistory(
    Map<String, Object> before, List<Step> steps, long examined, boolean more) {

  /**
   * An event, and what it changed.
   *
   * @param event as stored
   * @param states of the views that handle it, after it, by name; the others stay as they were
   */
  public record Step(RecordedEvent event, Map<String, Object> states) {}
}
