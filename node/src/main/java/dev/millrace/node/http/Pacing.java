package dev.millrace.node.http;

import dev.millrace.core.seam.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Holds refusals back when there are many. Clients that ask again at once, whatever they are told,
 * would else get nothing but refusals, and leave no time for those that were let in. One refusal
 * among few goes out at once; of many, so many a second.
 */
public final class Pacing {
  /** A refusal waits so long for each that waits already: at most 8,000 a second. */
  private static final Duration EACH = Duration.ofNanos(125_000);

  /** So many go out at once. */
  private static final int FREE = 16;

  private final Scheduler scheduler;
  private final AtomicInteger waiting = new AtomicInteger();

  public Pacing(Scheduler scheduler) {
    this.scheduler = scheduler;
  }

  /** Waits for its turn. */
  public void await() {
    int before = waiting.getAndIncrement();
    try {
      if (before >= FREE) {
        scheduler.after(EACH.multipliedBy(before)).join();
      }
    } finally {
      waiting.decrementAndGet();
    }
  }
}
