package dev.millrace.core.rehearsal;

import dev.millrace.core.store.NewEvent;
import java.util.List;

/**
 * How a version answers a command.
 *
 * @param kind which way
 * @param events those that the two answers do not begin or end with in common, as they would be
 *     stored
 * @param reason why it was rejected, or what went wrong; else empty
 */
public record Answer(Kind kind, List<NewEvent> events, String reason) {
  public Answer {
    events = List.copyOf(events);
  }

  /** The ways to answer. */
  public enum Kind {
    /** With events. */
    ACCEPTED,
    /** Without events: nothing needs to change. */
    NOTHING,
    /** With a rejection. */
    REJECTED,
    /** The decider, or a view that it reads, has thrown. */
    FAILED,
    /** The command's payload does not fit this version. */
    UNREADABLE,
    /** This version has no such command. */
    UNKNOWN;

    /** As it stands in reports: {@code rejected}. */
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }
}
