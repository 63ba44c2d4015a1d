package dev.millrace.core;

import dev.millrace.core.processing.HandlerTimeoutException;
import dev.millrace.core.seam.Scheduler;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to handle a part: knows which event is in hand, and is given up when that stays the
 * same for too long. Used by the thread that handles and by the timer.
 */
final class Attempt {
  private enum State {
    RUNNING,
    COMMITTING,
    GIVEN_UP
  }

  private final String name;
  private final Scheduler scheduler;
  private final @Nullable Duration timeLimit;
  private final AtomicReference<State> state = new AtomicReference<>(State.RUNNING);
  private volatile int index = EventFailure.UNKNOWN;
  private volatile long moves;
  private volatile boolean commits;

  /**
   * Begins.
   *
   * @param name of the processor, for messages
   * @param timeLimit of an event; null: none
   */
  Attempt(String name, Scheduler scheduler, @Nullable Duration timeLimit) {
    this.name = name;
    this.scheduler = scheduler;
    this.timeLimit = timeLimit;
  }

  /**
   * Runs work; what it fails with says of which event it is.
   *
   * @return completes with the work, or earlier when that is given up
   */
  <V> CompletableFuture<V> run(Supplier<CompletableFuture<V>> work) {
    CompletableFuture<V> result = new CompletableFuture<>();
    var unused =
        work.get()
            .whenComplete((value, failure) -> {
              if (failure == null) {
                result.complete(value);
              } else {
                result.completeExceptionally(failed(failure));
              }
            });
    if (timeLimit != null) {
      watch(result, timeLimit, moves);
    }
    return result;
  }

  private EventFailure failed(Throwable failure) {
    Throwable inner =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return inner instanceof EventFailure known ? known : new EventFailure(index, inner, commits);
  }

  /** The event with this index is in hand now; {@link EventFailure#UNKNOWN}: several are. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // one thread handles at a time
  void at(int index) {
    if (state.get() == State.GIVEN_UP) {
      throw new HandlerTimeoutException("it was given up before");
    }
    this.index = index;
    moves++;
  }

  /** Work begins, perhaps once more. */
  void begins() {
    commits = false;
  }

  /** What fails from now on may be done nevertheless. */
  void commits() {
    commits = true;
  }

  /** Nothing is given up any more. */
  void committing() {
    at(EventFailure.UNKNOWN);
    if (!state.compareAndSet(State.RUNNING, State.COMMITTING) && state.get() == State.GIVEN_UP) {
      throw new HandlerTimeoutException("it was given up before");
    }
  }

  /** Without a clock: two looks, a limit apart, that find the same event in hand. */
  private void watch(CompletableFuture<?> result, Duration limit, long before) {
    var unused =
        scheduler
            .after(limit)
            .thenRun(() -> {
              if (result.isDone() || state.get() == State.COMMITTING) {
                return;
              }
              long now = moves;
              if (now == 0
                  || now != before
                  || !state.compareAndSet(State.RUNNING, State.GIVEN_UP)) {
                watch(result, limit, now);
                return;
              }
              result.completeExceptionally(
                  new EventFailure(
                      index,
                      new HandlerTimeoutException(
                          "a handler of '"
                              + name
                              + "' did not return within "
                              + limit
                              + " and was given up; it cannot commit. Make it faster, or raise the"
                              + " time limit of its retry policy")));
            });
  }
}
