package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.store.RecordedEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what becomes of an event that cannot be handled: its keys are blocked, or the processor
 * stops. Used by the steps of one worker.
 */
final class Blocking {
  private static final Logger LOG = LoggerFactory.getLogger(Blocking.class);

  private final Processing processing;
  private final BlockedKeys blocked;
  private final Drive.Stopping stopping;
  private final RecentOutcomes recent = new RecentOutcomes();

  Blocking(Processing processing, BlockedKeys blocked, Drive.Stopping stopping) {
    this.processing = processing;
    this.blocked = blocked;
    this.stopping = stopping;
  }

  void handled(int events) {
    recent.handled(events);
  }

  /** The keys of an event were blocked. */
  void failed() {
    recent.failed();
  }

  /** An event that a newer program wrote is not waited for. */
  void passedOver(Throwable failure) {
    LOG.warn(
        "{} passes over what it does not know: {}",
        processing.who(),
        EventFailure.reasonOf(failure).getMessage());
  }

  void resumed() {
    recent.clear();
  }

  /** The keys to block; none: the processor was stopped. */
  List<BlockedKey> judge(Run.Verdict.Exhausted exhausted, String what, Throwable failure) {
    RecordedEvent event = exhausted.event();
    ProcessorOptions options = processing.options();
    Throwable reason = EventFailure.reasonOf(failure);
    List<OrderingKey> keys = options.ordering().keysOf(event);
    String tried = what + " in " + exhausted.attempts() + " attempts";
    if (keys.isEmpty()) {
      stopping.stop(
          tried + ", and keeps everything in order, so that it cannot pass it over", reason);
      return List.of();
    }
    if (blocked.letters() >= options.mostBlocked()) {
      stopping.stop(
          tried
              + ", and has "
              + blocked.letters()
              + " dead letters, the most that it may have. Deal with them, or raise the bound",
          reason);
      return List.of();
    }
    if (recent.oneMoreIsAbove(options.mostFailed())) {
      stopping.stop(
          tried
              + ", as "
              + recent
              + " before: that is no single event, so that none is passed over. Put it right, then"
              + " resume the processor",
          reason);
      return List.of();
    }
    List<BlockedKey> kept =
        processing.block(event, failure, exhausted.attempts(), exhausted.firstFailed(), null);
    boolean isKnown = kept.get(0).hasSameCauseAs(blocked.all());
    LOG.error(
        "{} {}; {} is blocked", processing.who(), tried, keys.get(0), isKnown ? null : reason);
    return kept;
  }
}
