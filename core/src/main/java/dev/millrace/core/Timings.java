package dev.millrace.core;

import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineSet;
import dev.millrace.core.store.Bytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Between what a decision says about deadlines and the events that are stored. */
final class Timings {
  private Timings() {}

  /** The events of a decision, and after them those of its deadlines. */
  static List<?> eventsOf(Context context, Decision.Accept<?, ?> accept) {
    if (accept.timings().isEmpty()) {
      return accept.events();
    }
    List<Object> events = new ArrayList<>(accept.events());
    for (Timing timing : accept.timings()) {
      events.add(event(context, timing));
    }
    return events;
  }

  private static DeadlineEvent event(Context context, Timing timing) {
    return switch (timing) {
      case Timing.At at -> set(context, at.key(), at.at(), null, at.command());
      case Timing.After after -> set(context, after.key(), null, after.after(), after.command());
      case Timing.Cancel cancel -> new DeadlineCancelled(cancel.key());
    };
  }

  private static DeadlineSet set(
      Context context,
      String key,
      @Nullable Instant at,
      @Nullable Duration after,
      Command<?> command) {
    Decider decider = context.decider(command);
    if (decider.hasPersonal()) {
      throw new IllegalArgumentException(
          "context '"
              + context.name()
              + "': deadline '"
              + key
              + "' sends '"
              + decider.name()
              + "', which has personal components, and would keep them in clear until it is due;"
              + " let the command name whom it is about, and read the values from a view");
    }
    byte[] payload = context.codec().encode(command).toArray();
    return new DeadlineSet(
        key, at, after, decider.name(), Base64.getEncoder().encodeToString(payload));
  }

  /** The command of a deadline. */
  static Command<?> commandOf(Context context, DeadlineSet set) {
    return context.readCommand(
        set.command(), Bytes.wrap(Base64.getDecoder().decode(set.payload())));
  }
}
