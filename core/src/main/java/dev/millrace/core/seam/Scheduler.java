package dev.millrace.core.seam;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Drives workers, runs blocking work, and lets time pass.
 *
 * <p>Production gives each worker a thread of its own that is never interrupted, and each blocking
 * call a virtual thread. The simulator runs everything on one thread, in an order drawn from a
 * seed. All methods are safe to call from any thread.
 */
public interface Scheduler {

  /**
   * Starts a worker; its first step follows at once.
   *
   * @param name for threads, logs and traces
   * @param worker the state machine
   * @return the handle by which it is woken and stopped
   */
  Running start(String name, Worker worker);

  /**
   * Runs work that may block, beside the workers.
   *
   * @param name for threads, logs and traces
   * @param work what to run; what it throws completes the future exceptionally
   * @return its result
   */
  <T> CompletableFuture<T> call(String name, Callable<T> work);

  /**
   * Completes after a delay.
   *
   * @param delay not negative
   */
  CompletableFuture<Void> after(Duration delay);

  /**
   * Nanoseconds since a moment that stays the same while the process lives; no operator and no time
   * server moves it. For measuring how long something takes, never for the time of day.
   */
  long elapsedNanos();

  /** A started worker. */
  interface Running {
    /** Asks for a step soon; never lost, also when called while a step runs. Does not block. */
    void wake();

    /**
     * Stops stepping; a step that runs is finished first.
     *
     * @return completes when no further step will follow
     */
    CompletableFuture<Void> stop();
  }
}
