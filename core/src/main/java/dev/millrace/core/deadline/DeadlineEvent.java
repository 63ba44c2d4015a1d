package dev.millrace.core.deadline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a deadline or a schedule, as an event of the platform in the store of the context.
 * All that is known of them follows from these events.
 */
public sealed interface DeadlineEvent {
  /**
   * A deadline was set, or set anew: one of the same key and tenant that was open is no more. It
   * stands in the append of the decision that set it.
   *
   * @param key within the tenant
   * @param at when it is due; null: {@code after} says it
   * @param after how long after the event it is due; null: {@code at} says it
   * @param command the stable name
   * @param payload of the command, in Base64
   */
  record DeadlineSet(
      String key, @Nullable Instant at, @Nullable Duration after, String command, String payload)
      implements DeadlineEvent {
    /** Its stable name. */
    public static final String NAME = "millrace.deadline-set";

    public DeadlineSet {
      if ((at == null) == (after == null)) {
        throw new IllegalArgumentException(
            "deadline '" + key + "' is due at an instant or after a while, and at one of them");
      }
    }

    /**
     * When it is due.
     *
     * @param recorded the time of the event
     */
    public Instant due(Instant recorded) {
      return at != null ? at : recorded.plus(after == null ? Duration.ZERO : after);
    }
  }

  /** A deadline is no more, if there was one. */
  record DeadlineCancelled(String key) implements DeadlineEvent {
    /** Its stable name. */
    public static final String NAME = "millrace.deadline-cancelled";
  }

  /** The commands of deadlines were decided. */
  record DeadlinesPassed(List<Passed> deadlines) implements DeadlineEvent {
    /** Its stable name. */
    public static final String NAME = "millrace.deadlines-passed";

    public DeadlinesPassed {
      deadlines = List.copyOf(deadlines);
    }
  }

  /**
   * One of them.
   *
   * @param position of the event that set it: another that was set under the key since stays
   */
  record Passed(String key, long position) {}

  /** All occurrences of a schedule up to a moment were dealt with, or it began there. */
  record ScheduleReached(String schedule, Instant at) implements DeadlineEvent {
    /** Its stable name. */
    public static final String NAME = "millrace.schedule-reached";
  }
}
