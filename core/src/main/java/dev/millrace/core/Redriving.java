package dev.millrace.core;

import dev.millrace.core.store.MillraceException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does what {@link Redrive} decides, one part at a time. Used by the steps of one worker. */
final class Redriving {
  private static final Logger LOG = LoggerFactory.getLogger(Redriving.class);

  /** Whom the breaker lets wait asks again after so long. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final Processing processing;
  private final Redrive redrive;
  private final Drive.Stopping stopping;
  private final Consumer<ProgressChange> moved;
  private final InFlight inFlight;
  private final BreakerGate gate;
  private Instant refusedUntil = Instant.MIN;
  private Throwable lost = new IllegalStateException("nothing was lost");

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
    this.gate = new BreakerGate(processing, wake);
  }

  void settle() {
    inFlight.settle();
  }

  boolean isIdle() {
    return inFlight.isEmpty();
  }

  /** When there is something to do; null: never, as things are. */
  @Nullable Instant dueAt() {
    Instant due = redrive.dueAt();
    if (due == null || isUnanswered()) {
      return due;
    }
    Instant notBefore = gate.notBefore();
    Instant free = notBefore == null || notBefore.isBefore(refusedUntil) ? refusedUntil : notBefore;
    return free.isAfter(due) ? free : due;
  }

  /** Whether it has stopped the processor, and goes on when that is resumed. */
  boolean isHalted() {
    return redrive.isHalted();
  }

  /** Whether nothing else may move until it is known what became of a part. */
  boolean isUnanswered() {
    return redrive.unanswered() != null;
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
    Part unanswered = redrive.unanswered();
    if (unanswered != null) {
      ask(unanswered);
      return true;
    }
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
    boolean calls = !part.events().isEmpty();
    if (calls && !gate.tryEnter()) {
      refusedUntil = processing.now().plus(ASK_AGAIN);
      return false;
    }
    long entered = calls ? gate.now() : BreakerGate.NOT_ENTERED;
    Tracing.Handling spans = processing.tracing().handling(processing.driver(), part.events());
    inFlight.submit(
        part.events().isEmpty()
            ? processing.driver().save(part.change())
            : processing.driver().handle(part, spans),
        done -> {
          gate.ended(entered, null);
          spans.end(null);
          saved(part);
        },
        failure -> {
          gate.ended(entered, failure);
          spans.end(EventFailure.reasonOf(failure));
          boolean isFreeing = !part.change().freed().isEmpty();
          if (EventFailure.mayBeSaved(failure) || (part.events().isEmpty() && isFreeing)) {
            unanswered(part, failure);
          } else {
            failed(part, failure);
          }
        });
    return true;
  }

  private void saved(Part part) {
    redrive.saved(part);
    processing.standing().handled(part.events().size(), null);
    moved.accept(part.change());
  }

  private void unanswered(Part part, Throwable failure) {
    lost = failure;
    redrive.unanswered(part);
  }

  private void ask(Part part) {
    Throwable first = lost;
    inFlight.submit(
        processing.driver().isSaved(part.change()),
        isSaved -> {
          if (isSaved) {
            saved(part);
          } else {
            failed(part, first);
          }
        },
        failure -> {
          if (Processing.isFatal(failure)) {
            failed(part, failure);
          } else {
            processing.standing().failed("did not learn what became of a redrive: " + failure);
            redrive.unanswered(part);
          }
        });
  }

  private void failed(Part part, Throwable failure) {
    Throwable reason = EventFailure.reasonOf(failure);
    String what = Processing.describe(part);
    if (Processing.isFatal(failure)) {
      redrive.halt(); // or it would be tried again at once, and again
      stopping.stop(what, reason);
      return;
    }
    if (!part.events().isEmpty() && gate.holdsBack(failure)) { // it waits, and is no attempt
      processing.standing().failed(gate.problem(what, reason));
      redrive.putBack();
      return;
    }
    processing.standing().failed(what + ": " + reason.getMessage());
    LOG.warn("{} {}, which was tried again", processing.who(), what, reason);
    redrive.failed(part, failure);
  }
}
