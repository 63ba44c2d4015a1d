package dev.millrace.core;

import dev.millrace.core.seam.Next;
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
                    .call(
                        "look",
                        () ->
                            passed.map(one ->
                                one.reached(
                                    processing.store(), processing.driver().query(), target)))),
        position -> position.ifPresent(one -> processing.standing().passedByAll(one, isStandby)),
        failure ->
            LOG.debug("{}: how far it is elsewhere is not known", processing.who(), failure));
  }
}
