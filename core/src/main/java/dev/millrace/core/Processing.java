package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreMismatchException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a processor share.
 *
 * @param context whose events
 * @param driver what it does with them
 * @param store where they are
 * @param standing what others see of it
 */
record Processing(
    Context context,
    ProcessorDriver driver,
    EventStore store,
    Seams seams,
    Tracing tracing,
    ProcessorStanding standing) {

  ProcessorOptions options() {
    return driver.options();
  }

  Instant now() {
    return seams.clock().instant();
  }

  /** Its name, for messages. */
  String who() {
    return "processor " + driver.name() + " of " + context.name();
  }

  /** Whether trying again cannot help, nor passing over an event. */
  static boolean isFatal(Throwable failure) {
    Throwable reason = EventFailure.reasonOf(failure);
    return reason instanceof StoreMismatchException
        || reason instanceof FencedException
        || reason instanceof StoreDamagedException
        || reason instanceof UnsupportedOperationException;
  }

  /** The keys of an event, blocked at it: the first with the dead letter, the others behind it. */
  List<BlockedKey> block(
      RecordedEvent event,
      Throwable failure,
      int attempts,
      Instant firstFailed,
      DeadLetter.@Nullable Edit edit) {
    List<BlockedKey> blocked = new ArrayList<>();
    boolean personal = !context.catalog().subjectTags(List.of(event.type())).isEmpty();
    for (OrderingKey key : options().ordering().keysOf(event)) {
      blocked.add(
          blocked.isEmpty()
              ? BlockedKey.at(
                  new DeadLetter(
                      BlockedKey.idOf(key),
                      key,
                      event.position(),
                      event.id(),
                      event.type(),
                      FailureCauses.of(EventFailure.reasonOf(failure), personal),
                      attempts,
                      firstFailed,
                      now(),
                      edit,
                      false))
              : new BlockedKey(key, event.position() - 1, null, false));
    }
    return blocked;
  }

  /** Which events a part has, for messages. */
  static String describe(Part part) {
    List<RecordedEvent> events = part.events();
    if (events.isEmpty()) {
      return "could not save how far it is";
    }
    return "could not handle " + eventsOf(part);
  }

  /** Which events a part has, at least one, for messages. */
  static String eventsOf(Part part) {
    List<RecordedEvent> events = part.events();
    long first = events.get(0).position();
    return events.size() == 1
        ? "event " + first
        : "events " + first + " to " + events.get(events.size() - 1).position();
  }
}
