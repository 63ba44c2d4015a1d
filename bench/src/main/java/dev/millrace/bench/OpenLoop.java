package dev.millrace.bench;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Appends that are due at fixed times, whatever the store does; at most so many have no answer, as
 * with so many callers. Latencies are from the time at which an append was due.
 */
final class OpenLoop {
  private static final long REPORT_NANOS = Duration.ofMillis(100).toNanos();

  /** What takes longer than this many times the time that was planned is cut off, and says so. */
  private static final double PATIENCE = 1.5;

  private final Subject subject;
  private final int callers;
  private final int events;
  private final Histogram histogram = Latencies.shared();
  private final LongAdder durable = new LongAdder();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  OpenLoop(Subject subject, int callers, int events) {
    this.subject = subject;
    this.callers = callers;
    this.events = events;
  }

  /**
   * Runs.
   *
   * @param share of the closed loop's rate that this is, to be kept with the result
   * @param eventsPerSecond that are due
   */
  Rate.Open run(double share, double eventsPerSecond, Duration duration, Watch watch)
      throws Exception {
    Semaphore free = new Semaphore(callers);
    double appendsPerSecond = eventsPerSecond / events;
    long appends = Math.max(1, (long) (appendsPerSecond * duration.toNanos() / 1e9));
    long start = System.nanoTime();
    long limit = start + (long) (duration.toNanos() * PATIENCE);
    long report = start;
    Pacer pacer = Pacer.perSecond(appendsPerSecond);
    for (long number = 0; number < appends && failure.get() == null; number++) {
      pacer.await(number);
      long now = System.nanoTime();
      if (now > limit) {
        break;
      }
      if (now > report) {
        report = now + REPORT_NANOS;
        watch.at(durable.sum(), (double) number / appends);
      }
      free.acquire();
      submit(pacer.due(number), free);
    }
    if (!free.tryAcquire(callers, 1, TimeUnit.MINUTES)) {
      throw new IllegalStateException("appends have no answer after a minute");
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("an append failed: " + thrown, thrown);
    }
    return new Rate.Open(
        share,
        eventsPerSecond,
        durable.sum() / seconds,
        Latencies.p50Micros(histogram),
        Latencies.p99Micros(histogram));
  }

  private void submit(long due, Semaphore free) throws Exception {
    subject.submit(
        events,
        thrown -> {
          Latencies.record(histogram, System.nanoTime() - due);
          if (thrown == null) {
            durable.add(events);
          } else {
            failure.compareAndSet(null, thrown);
          }
          free.release();
        });
  }
}
