package dev.millrace.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Callers that each have a bounded number of appends without answer: one, then each waits as a
 * thread does, or a window of them. A caller alone is a thread of the system; many are virtual.
 * Each appends at least once, however short the time.
 */
final class ClosedLoop {
  private static final long REPORT_MILLIS = 100;

  private final Subject subject;
  private final int callers;
  private final int events;
  private final int window;
  private final LongAdder durable = new LongAdder();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * A loop.
   *
   * @param events of one append
   * @param window appends of a caller without answer
   */
  ClosedLoop(Subject subject, int callers, int events, int window) {
    this.subject = subject;
    this.callers = callers;
    this.events = events;
    this.window = window;
  }

  Rate.Closed run(Duration duration, Watch watch) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(callers);
    List<Histogram> histograms = new ArrayList<>();
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    Thread.Builder threads = callers == 1 ? Thread.ofPlatform() : Thread.ofVirtual();
    for (int i = 0; i < callers; i++) {
      Histogram histogram = window == 1 ? Latencies.histogram() : Latencies.shared();
      histograms.add(histogram);
      Thread _ =
          threads.start(() -> {
            try {
              call(end, histogram);
            } catch (Throwable thrown) { // the run must end and say so
              failure.compareAndSet(null, thrown);
            } finally {
              done.countDown();
            }
          });
    }
    while (!done.await(REPORT_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)) {
      watch.at(durable.sum(), (double) (System.nanoTime() - start) / duration.toNanos());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("an append failed: " + thrown, thrown);
    }
    Histogram all = Latencies.histogram();
    histograms.forEach(all::add);
    return new Rate.Closed(
        durable.sum() / seconds, Latencies.p50Micros(all), Latencies.p99Micros(all));
  }

  private void call(long end, Histogram histogram) throws Exception {
    if (window == 1) {
      wait(end, histogram);
    } else {
      keepAWindow(end, histogram);
    }
  }

  private void wait(long end, Histogram histogram) throws Exception {
    long now = System.nanoTime();
    do {
      subject.append(events);
      long answered = System.nanoTime();
      Latencies.record(histogram, answered - now);
      durable.add(events);
      now = answered;
    } while (now < end && failure.get() == null);
  }

  private void keepAWindow(long end, Histogram histogram) throws Exception {
    Semaphore free = new Semaphore(window);
    long last;
    do {
      free.acquire();
      long now = System.nanoTime();
      last = now;
      subject.submit(
          events,
          thrown -> {
            Latencies.record(histogram, System.nanoTime() - now);
            if (thrown == null) {
              durable.add(events);
            } else {
              failure.compareAndSet(null, thrown);
            }
            free.release();
          });
    } while (last < end && failure.get() == null);
    free.acquire(window);
  }
}
