package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;
import java.util.List;

/**
 * What followed from an event: the events of the commands with which reactions answered it.
 *
 * @param events in the order of reactions and their commands
 * @param complete whether these are all, and no further can come: every reaction that handles the
 *     event has passed it
 */
public record Effects(List<Effect> events, boolean complete) {
  public Effects {
    events = List.copyOf(events);
  }

  /**
   * An event that followed.
   *
   * @param context where it was appended, which may be another than that of its cause
   * @param reaction that sent the command
   * @param event as stored
   */
  public record Effect(String context, String reaction, RecordedEvent event) {}
}
