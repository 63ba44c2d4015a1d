package dev.millrace.core;

import dev.millrace.core.seam.Next;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.RecordedEvent;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks how far a processor is that other processes work on, for those who wait for it here. Used
 * by the steps of one worker.
 */
final class RemoteProgress {
  private static final Logger LOG = LoggerFactory.getLogger(RemoteProgress.class);
  private static final Duration WHILE_AWAITED = Duration.ofMillis(50);
  private static final Duration OTHERWISE = Duration.ofSeconds(2);
  private static final int PAGE = 1_024;

  private final Processing processing;
  private final InFlight inFlight;
  private long lookedAt = Long.MIN_VALUE;

  RemoteProgress(Processing processing, Runnable wake) {
    this.processing = processing;
    this.inFlight = new InFlight(wake);
  }

  /**
   * Looks, now and then.
   *
   * @param next when the worker wants to be stepped next
   * @param isStandby whether nothing of it is done here
   * @return the same, or sooner
   */
  Next step(Next next, boolean isStandby) {
    inFlight.settle();
    ProcessorStanding standing = processing.standing();
    if (!inFlight.isEmpty() || !(isStandby || standing.isAwaited())) {
      return next;
    }
    long every = (standing.isAwaited() ? WHILE_AWAITED : OTHERWISE).toNanos();
    long now = processing.seams().scheduler().elapsedNanos();
    if (lookedAt != Long.MIN_VALUE && now - lookedAt < every) {
      return sooner(next, Duration.ofNanos(every - (now - lookedAt)));
    }
    lookedAt = now;
    look(standing.leastAwaited(), isStandby);
    return next;
  }

  private static Next sooner(Next next, Duration delay) {
    return switch (next) {
      case Next.Signal.WAIT -> new Next.After(delay);
      case Next.After(var later) when later.compareTo(delay) > 0 -> new Next.After(delay);
      default -> next;
    };
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private void look(long target, boolean isStandby) {
    inFlight.submit(
        processing
            .driver()
            .passed()
            .thenCompose(passed ->
                processing
                    .seams()
                    .scheduler()
                    .call("look", () -> passed.map(one -> reached(one, target)))),
        position -> position.ifPresent(one -> processing.standing().passedByAll(one, isStandby)),
        failure ->
            LOG.debug("{}: how far it is elsewhere is not known", processing.who(), failure));
  }

  /** Events that a processor does not handle move no checkpoint: so those before are looked for. */
  private long reached(Passed passed, long target) {
    long position = passed.low();
    while (position < target) {
      EventPage page =
          processing
              .store()
              .read(processing.driver().query(), position + 1, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (!passed.covers(event)) {
          return event.position() - 1;
        }
      }
      if (page.examined() <= position) {
        return position;
      }
      position = page.examined();
    }
    return position;
  }
}
