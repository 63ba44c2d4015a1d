package dev.millrace.testkit.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/** Threads that do the same thing at the same time, or one shortly after the other. */
final class Race implements AutoCloseable {
  private final int racers;
  private final ExecutorService threads;
  private final CyclicBarrier barrier;

  Race(String name, int racers) {
    AtomicInteger number = new AtomicInteger();
    this.racers = racers;
    this.threads =
        Executors.newFixedThreadPool(
            racers, body -> new Thread(body, name + "-" + number.getAndIncrement()));
    this.barrier = new CyclicBarrier(racers);
  }

  /** All at once, as nearly as threads can. */
  <T> List<T> together(IntFunction<T> entry) throws Exception {
    return run(new long[racers], entry);
  }

  /** Each after a delay of its own, drawn from a seed. */
  <T> List<T> staggered(long seed, long maxDelayNanos, IntFunction<T> entry) throws Exception {
    SplittableRandom random = new SplittableRandom(seed);
    long width = random.nextLong(maxDelayNanos) + 1;
    return run(random.longs(racers, 0, width).toArray(), entry);
  }

  private <T> List<T> run(long[] delaysNanos, IntFunction<T> entry) throws Exception {
    List<Future<T>> running = new ArrayList<>();
    for (int i = 0; i < racers; i++) {
      int racer = i;
      running.add(
          threads.submit(() -> {
            barrier.await(StoreTests.patienceSeconds(), TimeUnit.SECONDS);
            long start = System.nanoTime();
            while (System.nanoTime() - start < delaysNanos[racer]) {
              Thread.onSpinWait();
            }
            return entry.apply(racer);
          }));
    }
    List<T> results = new ArrayList<>();
    for (Future<T> one : running) {
      results.add(one.get(2 * StoreTests.patienceSeconds(), TimeUnit.SECONDS));
    }
    return results;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
