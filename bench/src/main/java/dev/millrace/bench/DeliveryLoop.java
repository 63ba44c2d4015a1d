package dev.millrace.bench;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Events that are due at fixed times, followed from the time at which they were due until a
 * subscriber has them in its hands. Each carries its number; the subscriber must get them all, once
 * each and in order.
 */
final class DeliveryLoop {
  /** Events without answer; more means that the rate is not reached. */
  private static final int OUTSTANDING = 16_384;

  private static final long LATEST_NANOS = Duration.ofSeconds(30).toNanos();
  private static final long REPORT_NANOS = Duration.ofMillis(100).toNanos();

  private final Publisher publisher;
  private final double rate;
  private final long warm;
  private final long count;
  private final Pacer pacer;
  private final Histogram histogram = Latencies.histogram();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile long next;

  /** What takes events. */
  interface Publisher {
    /** Publishes without waiting; the answer comes when it is durable, or with what went wrong. */
    void publish(long number, Consumer<@Nullable Throwable> answer);
  }

  /** What gives events to the loop; it follows from its beginning until it is closed. */
  interface Subscriber extends AutoCloseable {
    /** Begins; {@link DeliveryLoop#received} is called for each event, by one thread. */
    void follow(DeliveryLoop loop);

    @Override
    void close() throws Exception;
  }

  /**
   * A loop, which begins now.
   *
   * @param rate events a second
   * @param warmUp what is not counted
   */
  DeliveryLoop(Publisher publisher, double rate, Duration warmUp, Duration duration) {
    this.publisher = publisher;
    this.rate = rate;
    this.warm = (long) (rate * warmUp.toMillis() / 1e3);
    this.count = warm + Math.max(1, (long) (rate * duration.toMillis() / 1e3));
    this.pacer = Pacer.perSecond(rate);
  }

  /** The subscriber has an event. */
  void received(long number) {
    if (number != next) {
      failure.compareAndSet(
          null, new IllegalStateException("event " + number + " came instead of " + next));
    }
    if (number >= warm) {
      Latencies.record(histogram, System.nanoTime() - pacer.due(number));
    }
    next = number + 1;
  }

  /** The subscriber cannot go on. */
  void failed(Throwable thrown) {
    failure.compareAndSet(null, thrown);
  }

  /** Publishes all, and waits until the subscriber has them. */
  Rate.Open run(Watch watch) throws InterruptedException {
    Semaphore free = new Semaphore(OUTSTANDING);
    long start = System.nanoTime();
    long report = start;
    for (long number = 0; number < count && failure.get() == null; number++) {
      pacer.await(number);
      if (System.nanoTime() > report) {
        report = System.nanoTime() + REPORT_NANOS;
        watch.at(next, (double) number / count);
      }
      if (!free.tryAcquire(LATEST_NANOS, TimeUnit.NANOSECONDS)) {
        throw new IllegalStateException("events are published without answer for 30 s");
      }
      publisher.publish(
          number,
          thrown -> {
            if (thrown != null) {
              failure.compareAndSet(null, thrown);
            }
            free.release();
          });
    }
    long latest = System.nanoTime() + LATEST_NANOS;
    while (next < count && failure.get() == null) {
      if (System.nanoTime() > latest) {
        throw new IllegalStateException("the subscriber has " + next + " events of " + count);
      }
      LockSupport.parkNanos(REPORT_NANOS / 100);
    }
    Throwable thrown = failure.get();
    if (thrown != null) {
      throw new IllegalStateException("a delivery failed: " + thrown, thrown);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Rate.Open(
        1, rate, count / seconds, Latencies.p50Micros(histogram), Latencies.p99Micros(histogram));
  }
}
