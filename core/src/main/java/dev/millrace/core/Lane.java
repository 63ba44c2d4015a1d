package dev.millrace.core;

import dev.millrace.core.seam.Next;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ordered lane with batches: a page is read, handled in parts, each with the checkpoint, then
 * the next. What operators want to be tried again is handled in between.
 */
final class Lane implements Drive {
  /** A checkpoint is moved over events that do not match after so many positions. */
  static final long ADVANCE_EVERY = 10_000;

  private static final Logger LOG = LoggerFactory.getLogger(Lane.class);

  private final Processing processing;
  private final ProcessorStanding standing;
  private final ProcessorOptions options;
  private final Stopping stopping;
  private final Runnable wake;
  private Subscription subscription;
  private final BlockedKeys blocked;
  private final Redriving redriving;
  private final Blocking judge;
  private final InFlight inFlight;
  private final BreakerGate gate;

  private Run run;
  private long passed;
  private long saved;
  private long headOfPage = Long.MAX_VALUE;
  private int failures;
  private Instant notBefore = Instant.MIN;
  private Instant lingersUntil = Instant.MIN;
  private @Nullable ProgressChange blocking;
  private boolean passesOver;
  private @Nullable Unanswered unanswered;
  private boolean redrivesNext;

  /** A part of which it is not known whether it was committed. */
  private record Unanswered(Part part, Throwable failure) {}

  Lane(Processing processing, Progress from, Stopping stopping, Runnable wake) {
    this.processing = processing;
    this.standing = processing.standing();
    this.options = processing.options();
    this.stopping = stopping;
    this.blocked = new BlockedKeys(options.ordering(), from.blocked());
    this.judge = new Blocking(processing, blocked, stopping);
    this.redriving = new Redriving(processing, blocked, stopping, this::moved, wake);
    this.wake = wake;
    this.gate = new BreakerGate(processing, wake);
    this.inFlight = new InFlight(wake);
    this.passed = from.position();
    this.saved = from.position();
    this.run = new Run(List.of(), 1, options.retry());
    this.subscription = subscribe();
    standing.blocked(blocked.all());
  }

  private Subscription subscribe() {
    Subscription following = processing.store().subscribe(processing.driver().query(), passed);
    following.onAvailable(wake);
    return following;
  }

  @Override
  public void settle() {
    inFlight.settle();
    redriving.settle();
  }

  @Override
  public Next step(Mode mode) {
    standing.runs(isIdle() ? 0 : 1, 1);
    if (!isIdle() || mode == Mode.NOTHING) {
      return Next.Signal.WAIT;
    }
    Instant now = processing.now();
    if (unanswered != null) {
      return mode == Mode.EVERYTHING ? live(now) : Next.Signal.WAIT;
    }
    Instant due = redriving.dueAt();
    if (due == null) {
      return mode == Mode.EVERYTHING ? live(now) : Next.Signal.WAIT;
    }
    if (now.isBefore(due)) {
      Next live =
          mode == Mode.EVERYTHING && !redriving.isUnanswered() ? live(now) : Next.Signal.WAIT;
      return sooner(live, Duration.between(now, due));
    }
    if (redriving.isUnanswered()) {
      redriving.begin(passed, true);
      return isIdle() ? Next.Signal.AGAIN : Next.Signal.WAIT;
    }
    if (mode == Mode.REDRIVES && !run.isEmpty()) {
      if (blocking != null) { // it may be saved already
        return Next.Signal.WAIT;
      }
      putBack();
    }
    if (!run.isEmpty()) { // a key is let go only when nothing before it is unhandled
      boolean waits = blocking == null && now.isBefore(notBefore);
      if (waits && redriving.begin(saved, false)) {
        return isIdle() ? Next.Signal.AGAIN : Next.Signal.WAIT;
      }
      return live(now);
    }
    if (mode == Mode.EVERYTHING && !redrivesNext) {
      redrivesNext = true;
      Next live = live(now);
      return isIdle() ? Next.Signal.AGAIN : live;
    }
    redrivesNext = false;
    redriving.begin(passed, true);
    return isIdle() ? Next.Signal.AGAIN : Next.Signal.WAIT;
  }

  /** What was read and not handled is read again later. */
  private void putBack() {
    subscription.close();
    passed = saved;
    run = new Run(List.of(), 1, options.retry());
    subscription = subscribe();
  }

  private static Next sooner(Next live, Duration due) {
    return switch (live) {
      case Next.Signal.WAIT -> new Next.After(due);
      case Next.After(var delay) when delay.compareTo(due) > 0 -> new Next.After(due);
      default -> live;
    };
  }

  private Next live(Instant now) {
    if (now.isBefore(notBefore)) {
      standing.is(ProcessorStatus.State.RETRYING);
      return new Next.After(Duration.between(now, notBefore));
    }
    Unanswered asked = unanswered;
    if (asked != null) {
      ask(asked);
      return Next.Signal.WAIT;
    }
    ProgressChange change = blocking;
    if (change != null) {
      save(change);
      return Next.Signal.WAIT;
    }
    if (run.isEmpty()) {
      if (!gate.mayTry()) {
        return waitsForBreaker(now);
      }
      if (now.isBefore(lingersUntil) && !standing.isAwaited()) {
        standing.is(ProcessorStatus.State.LIVE);
        return new Next.After(Duration.between(now, lingersUntil));
      }
      return poll();
    }
    if (!options.enters(wake)) {
      return Next.Signal.WAIT;
    }
    if (!gate.tryEnter()) {
      options.leaves();
      return waitsForBreaker(now);
    }
    boolean last = run.isLast();
    handle(new Part(run.part(), ProgressChange.to(last ? passed : run.after() - 1)));
    return Next.Signal.WAIT;
  }

  private Next waitsForBreaker(Instant now) {
    standing.is(ProcessorStatus.State.RETRYING);
    Instant until = gate.notBefore();
    return until == null ? Next.Signal.WAIT : new Next.After(Duration.between(now, until));
  }

  private Next poll() {
    EventPage page;
    try {
      headOfPage = processing.store().head();
      page = subscription.poll(options.batch());
    } catch (MillraceException unread) {
      failedOnce("could not read the events after " + passed, unread);
      return Next.Signal.AGAIN;
    }
    passed = page.examined();
    run = new Run(page.events(), options.batch(), options.retry());
    run.drop(blocked::isBlocked);
    if (!run.isEmpty()) {
      return Next.Signal.AGAIN;
    }
    if (passed - saved >= ADVANCE_EVERY) {
      save(ProgressChange.to(passed));
      return Next.Signal.WAIT;
    }
    standing.reached(passed);
    boolean level;
    try {
      level = passed >= processing.store().head();
    } catch (MillraceException unread) {
      failedOnce("could not learn where the store ends", unread);
      return Next.Signal.AGAIN;
    }
    standing.is(level ? ProcessorStatus.State.LIVE : ProcessorStatus.State.CATCHING_UP);
    return level ? Next.Signal.WAIT : Next.Signal.AGAIN;
  }

  private void handle(Part part) {
    standing.is(failures > 0 ? ProcessorStatus.State.RETRYING : ProcessorStatus.State.CATCHING_UP);
    Tracing.Handling spans = processing.tracing().handling(processing.driver(), part.events());
    long entered = gate.now();
    inFlight.submit(
        processing.driver().handle(part, spans),
        done -> {
          options.leaves();
          gate.ended(entered, null);
          spans.end(null);
          handled(part);
        },
        failure -> {
          options.leaves();
          gate.ended(entered, failure);
          spans.end(EventFailure.reasonOf(failure));
          if (EventFailure.mayBeSaved(failure)) {
            unanswered = new Unanswered(part, failure);
          } else {
            failed(part, failure);
          }
        });
  }

  /** Nothing else happens to the events before it is known what became of them. */
  private void ask(Unanswered asked) {
    Part part = asked.part();
    inFlight.submit(
        processing.driver().isSaved(part.change()),
        saved -> {
          unanswered = null;
          if (saved) {
            handled(part);
          } else {
            failed(part, asked.failure());
          }
        },
        failure ->
            failedOnce(
                "did not learn whether it has handled " + Processing.eventsOf(part), failure));
  }

  private void handled(Part part) {
    List<RecordedEvent> events = part.events();
    run.handled();
    failures = 0;
    judge.handled(events.size());
    standing.handled(events.size(), events.get(events.size() - 1).time());
    moved(part.change());
    if (run.isEmpty()) {
      lingersUntil = passed >= headOfPage ? processing.now().plus(options.linger()) : Instant.MIN;
    }
  }

  private void moved(ProgressChange change) {
    blocked.saved(change);
    if (!change.blocked().isEmpty() || !change.freed().isEmpty()) {
      standing.blocked(blocked.all());
    }
    if (change.position() != ProgressChange.SAME) {
      saved = change.position();
      standing.reached(saved);
    }
  }

  private void failed(Part part, Throwable failure) {
    String what = Processing.describe(part);
    if (Processing.isFatal(failure)) {
      stopping.stop(what, EventFailure.reasonOf(failure));
      return;
    }
    if (gate.holdsBack(failure)) { // no attempt: it is not the event
      run.forgive();
      failures++;
      standing.failed(gate.problem(what, EventFailure.reasonOf(failure)));
      LOG.warn("{} {}; it waits for the breaker", processing.who(), what, failure);
      return;
    }
    Run.Verdict verdict = run.failed(failure, processing.now(), processing.seams().random());
    standing.failed(what + ": " + failure.getMessage());
    failures++;
    switch (verdict) {
      case Run.Verdict.Smaller smaller ->
          LOG.debug(
              "{} {}; fewer at a time", processing.who(), what, EventFailure.reasonOf(failure));
      case Run.Verdict.Later(Duration delay) -> later(what, failure, delay);
      case Run.Verdict.Exhausted exhausted -> block(exhausted, what, failure);
      case Run.Verdict.PassedOver(RecordedEvent event) -> {
        judge.passedOver(failure);
        blocking = ProgressChange.to(event.position());
        passesOver = true;
      }
    }
  }

  private void later(String what, Throwable failure, Duration delay) {
    notBefore = processing.now().plus(delay);
    LOG.warn(
        "{} {} (attempt {}); trying again in {} ms",
        processing.who(),
        what,
        failures,
        delay.toMillis(),
        EventFailure.reasonOf(failure));
  }

  /** Not of an event: tried without end. */
  private void failedOnce(String what, Throwable failure) {
    if (Processing.isFatal(failure) || failure instanceof StoreClosedException) {
      stopping.stop(what, EventFailure.reasonOf(failure));
      return;
    }
    standing.failed(what + ": " + failure.getMessage());
    failures++;
    later(what, failure, options.retry().backoff(failures, processing.seams().random()));
  }

  private void block(Run.Verdict.Exhausted exhausted, String what, Throwable failure) {
    List<BlockedKey> kept = judge.judge(exhausted, what, failure);
    if (!kept.isEmpty()) {
      blocking = new ProgressChange(exhausted.event().position(), kept, List.of());
    }
  }

  private void save(ProgressChange change) {
    inFlight.submit(
        processing.driver().save(change),
        done -> {
          failures = 0;
          standing.fine();
          if (passesOver) {
            run.passOver();
          } else if (blocking != null) {
            judge.failed();
          }
          blocking = null;
          passesOver = false;
          moved(change);
          run.drop(blocked::isBlocked);
        },
        failure -> failedOnce("could not save that it is at " + change.position(), failure));
  }

  @Override
  public boolean isIdle() {
    return inFlight.isEmpty() && redriving.isIdle();
  }

  @Override
  public long levelAt() {
    boolean level = isIdle() && run.isEmpty() && blocking == null && passed >= headOfPage;
    return level && blocked.all().isEmpty() ? passed : ProgressChange.SAME;
  }

  @Override
  public void resumed() {
    notBefore = Instant.MIN;
    judge.resumed();
    run.forgive();
    redriving.resumed();
  }

  @Override
  public boolean isRedriveHalted() {
    return redriving.isHalted();
  }

  @Override
  public boolean isRedriveLaidDown() {
    return redriving.isHalted() && !redriving.isUnanswered();
  }

  @Override
  public BlockedKeys blocked() {
    return blocked;
  }

  @Override
  public void close() {
    gate.close();
    subscription.close();
  }
}
