package dev.millrace.core;

import dev.millrace.core.store.MillraceException;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what {@link Redrive} decides, one part at a time. Used by the steps of one worker. */
final class Redriving {
  private static final Logger LOG = LoggerFactory.getLogger(Redriving.class);

  private final Processing processing;
  private final Redrive redrive;
  private final Drive.Stopping stopping;
  private final Consumer<ProgressChange> moved;
  private final InFlight inFlight;

  /**
   * Makes it.
   *
   * @param moved is told of every change that was saved
   */
  Redriving(
      Processing processing,
      BlockedKeys blocked,
      Drive.Stopping stopping,
      Consumer<ProgressChange> moved,
      Runnable wake) {
    this.processing = processing;
    this.redrive = new Redrive(processing, blocked);
    this.stopping = stopping;
    this.moved = moved;
    this.inFlight = new InFlight(wake);
  }

  void settle() {
    inFlight.settle();
  }

  boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** When there is something to do; null: never, as things are. */
  @Nullable Instant dueAt() {
    return redrive.dueAt();
  }

  void resumed() {
    redrive.resumed();
  }

  /**
   * Begins the next part; nothing of this may run.
   *
   * @param upTo the processor has passed every event up to and including this position
   * @param isDrained whether everything before that is handled, so that a key may be let go
   * @return whether there was something to do
   */
  boolean begin(long upTo, boolean isDrained) {
    Part part;
    try {
      part = redrive.next(upTo, isDrained);
    } catch (MillraceException unread) {
      failed(new Part(List.of(), ProgressChange.to(ProgressChange.SAME)), unread);
      return true;
    }
    if (part == null) {
      return false;
    }
    Tracing.Handling spans = processing.tracing().handling(processing.driver(), part.events());
    inFlight.submit(
        part.events().isEmpty()
            ? processing.driver().save(part.change())
            : processing.driver().handle(part, spans),
        done -> {
          spans.end(null);
          redrive.saved(part);
          processing.standing().handled(part.events().size(), null);
          moved.accept(part.change());
        },
        failure -> {
          spans.end(EventFailure.reasonOf(failure));
          failed(part, failure);
        });
    return true;
  }

  private void failed(Part part, Throwable failure) {
    Throwable reason = EventFailure.reasonOf(failure);
    String what = Processing.describe(part);
    if (Processing.isFatal(failure)) {
      stopping.stop(what, reason);
      return;
    }
    processing.standing().failed(what + ": " + reason.getMessage());
    LOG.warn("{} {}, which was tried again", processing.who(), what, reason);
    redrive.failed(part, failure);
  }
}
