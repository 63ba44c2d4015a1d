package dev.millrace.testkit.sim;

import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Worker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs everything on the thread that drives it, in an order drawn from one seed.
 *
 * <p>Whatever could run next (a worker's step, blocking work, a due timer, a disk operation) lies
 * in one list, and the seed picks. The clock is virtual: it stands still while something can run
 * and then jumps to the next timer; some seeds also let time pass while there is work, as on a busy
 * machine. Nothing here depends on real time, on identity hashes or on the iteration order of hash
 * tables, so that the same seed gives the same {@link #traceHash()} in every JVM.
 *
 * <p>Only one thread may use it: a call from another one is something that runs outside the
 * simulation, and is refused. Work given to {@link #call} must not block on what only the
 * simulation can bring about, unless it does so with {@link #await}.
 */
public final class SimScheduler implements Scheduler {
  /** Where the virtual clock begins. */
  public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  /** Steps in one run after which a simulation is thought to go round in circles. */
  public static final long DEFAULT_MAX_STEPS = 5_000_000;

  private static final long MAX_JUMP_NANOS = 20_000_000;

  private final long seed;
  private final RandomGenerator random;
  private final int jumpPeriod;
  private final Trace trace;
  private final Thread owner = Thread.currentThread();
  private final List<Task> ready = new ArrayList<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::dueNanos).thenComparingLong(Timer::number));
  private long maxSteps = DEFAULT_MAX_STEPS;
  private long steps;
  private long nowNanos;
  private long skewNanos;
  private long timerNumbers;
  private @Nullable Throwable failure;

  /** Something that can run now. */
  record Task(String name, Runnable body) {}

  /**
   * Something that happens later; timers that are due at once fire in the order of their numbers.
   */
  record Timer(long dueNanos, long number, Runnable onDue) {}

  SimScheduler(long seed, RandomGenerator random, Trace trace) {
    this.seed = seed;
    this.random = random;
    this.trace = trace;
    this.jumpPeriod = random.nextInt(3) == 0 ? 8 << random.nextInt(6) : 0;
  }

  @Override
  public Running start(String name, Worker worker) {
    checkThread();
    SimWorker running = new SimWorker(this, name, worker);
    running.wake();
    return running;
  }

  @Override
  public <T> CompletableFuture<T> call(String name, Callable<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    submit(
        name,
        () -> {
          T value;
          try {
            value = work.call();
          } catch (Throwable thrown) { // whatever it is, the caller must learn of it
            result.completeExceptionally(thrown);
            return;
          }
          result.complete(value);
        });
    return result;
  }

  @Override
  public CompletableFuture<Void> after(Duration delay) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative: " + delay);
    }
    CompletableFuture<Void> result = new CompletableFuture<>();
    Task task = new Task("after " + delay, () -> result.complete(null));
    schedule(delay, () -> ready.add(task));
    return result;
  }

  @Override
  public long elapsedNanos() {
    return nowNanos;
  }

  /** Adds something to what can run now. */
  public void submit(String name, Runnable body) {
    checkThread();
    ready.add(new Task(name, body));
  }

  Timer schedule(Duration delay, Runnable onDue) {
    checkThread();
    long due = Math.addExact(nowNanos, delay.toNanos());
    Timer timer = new Timer(due, timerNumbers++, onDue);
    timers.add(timer);
    return timer;
  }

  void cancel(Timer timer) {
    timers.remove(timer);
  }

  /** The virtual clock. */
  public InstantSource clock() {
    return () -> START.plusNanos(nowNanos + skewNanos);
  }

  /**
   * Puts the clock forward or back, as an operator or a time server would; timers do not notice.
   */
  public void skewClock(Duration by) {
    skewNanos += by.toNanos();
    trace.add("clock skewed by " + by);
  }

  /** Sets how many steps one run may take before it fails. */
  public void limitSteps(long maxSteps) {
    this.maxSteps = maxSteps;
  }

  /**
   * Runs until a condition holds, letting time pass where needed.
   *
   * @throws SimulationException when nothing is left to run, or after too many steps
   */
  public void runUntil(BooleanSupplier condition) {
    long bound = steps + maxSteps;
    while (!condition.getAsBoolean()) {
      if (!step(Long.MAX_VALUE)) {
        throw fail("nothing is left to run and the awaited condition does not hold", null);
      }
      checkBound(bound);
    }
  }

  /** Runs what can run now, and what that makes runnable, without waiting for timers. */
  public void runUntilIdle() {
    long bound = steps + maxSteps;
    while (step(nowNanos)) {
      checkBound(bound);
    }
  }

  /** Lets time pass, running everything on the way. */
  public void runFor(Duration duration) {
    long until = Math.addExact(nowNanos, duration.toNanos());
    long bound = steps + maxSteps;
    while (step(until)) {
      checkBound(bound);
    }
    nowNanos = Math.max(nowNanos, until);
  }

  /** Runs until a future is complete, and returns its value or throws what it failed with. */
  public <T> T await(CompletableFuture<T> future) {
    runUntil(future::isDone);
    try {
      return future.join();
    } catch (CompletionException wrapped) {
      if (wrapped.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (wrapped.getCause() instanceof Error cause) {
        throw cause;
      }
      throw wrapped;
    }
  }

  /** The hash of everything that was chosen so far; equal in every run of one seed. */
  public long traceHash() {
    return trace.hash();
  }

  /** How many steps there have been. */
  public long steps() {
    return steps;
  }

  private boolean step(long untilNanos) {
    checkThread();
    wakeDue();
    if (ready.isEmpty()) {
      Timer next = timers.peek();
      if (next == null || next.dueNanos() > untilNanos) {
        return false;
      }
      nowNanos = next.dueNanos();
      wakeDue();
    } else if (jumpPeriod > 0 && random.nextInt(jumpPeriod) == 0) {
      nowNanos =
          Math.min(Math.max(untilNanos, nowNanos), nowNanos + random.nextLong(MAX_JUMP_NANOS));
      wakeDue();
    }
    runOne();
    return true;
  }

  private void runOne() {
    int chosen = random.nextInt(ready.size());
    Task task = ready.get(chosen);
    trace.add(steps + " @" + nowNanos + " " + chosen + "/" + ready.size() + " " + task.name());
    int last = ready.size() - 1;
    ready.set(chosen, ready.get(last));
    ready.remove(last);
    steps++;
    task.body().run();
    if (failure != null) {
      throw fail("a worker failed: " + failure, failure);
    }
  }

  private void wakeDue() {
    for (Timer next = timers.peek(); next != null && next.dueNanos() <= nowNanos; ) {
      timers.remove();
      next.onDue().run();
      next = timers.peek();
    }
  }

  /** A worker died; the run that stepped it ends with this. */
  void workerFailed(String name, Throwable thrown) {
    trace.add("worker " + name + " failed");
    failure = thrown;
  }

  private void checkBound(long bound) {
    if (steps >= bound) {
      throw fail("not finished after " + maxSteps + " steps", null);
    }
  }

  private void checkThread() {
    if (Thread.currentThread() != owner) {
      throw new IllegalStateException(
          "thread '"
              + Thread.currentThread().getName()
              + "' used a simulation that belongs to thread '"
              + owner.getName()
              + "': something runs outside the scheduler that it was given");
    }
  }

  private SimulationException fail(String what, @Nullable Throwable cause) {
    return new SimulationException(
        "simulation with seed "
            + seed
            + ", step "
            + steps
            + ": "
            + what
            + "; newest choices:\n  "
            + String.join("\n  ", trace.recent()),
        cause);
  }
}
