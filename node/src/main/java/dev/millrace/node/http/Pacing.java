package dev.millrace.node.http;

import dev.millrace.core.seam.Scheduler;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Lets so many refusals out a second and holds further ones back. Clients that ask again at once,
 * whatever they are told, would else get nothing but refusals, and leave no time for those that
 * were let in. A connection waits for its answer before it asks again, so no refusal waits longer
 * than the number of connections allows.
 */
public final class Pacing {
  /** Between two of them: 8,000 a second. */
  static final long EACH_NANOS = 125_000;

  /** Those that nobody asked for so far may go out together. */
  static final long SAVED_NANOS = 100 * EACH_NANOS;

  private final Scheduler scheduler;
  private final LongSupplier nanoTime;
  private final AtomicLong last;

  public Pacing(Scheduler scheduler, LongSupplier nanoTime) {
    this.scheduler = scheduler;
    this.nanoTime = nanoTime;
    this.last = new AtomicLong(nanoTime.getAsLong() - SAVED_NANOS);
  }

  /** Waits for its turn. */
  public void await() {
    long wait = nanosToWait();
    if (wait > 0) {
      scheduler.after(Duration.ofNanos(wait)).join();
    }
  }

  /** Takes the next turn, and says how far off it is. */
  long nanosToWait() {
    long now = nanoTime.getAsLong();
    long turn =
        last.updateAndGet(before -> Math.max(before - now, -SAVED_NANOS) + now + EACH_NANOS);
    return turn - now;
  }
}
