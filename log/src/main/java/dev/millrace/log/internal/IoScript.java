package dev.millrace.log.internal;

import dev.millrace.core.seam.IoCompletion;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Disk operations one after the other, each submitted when the one before has completed.
 *
 * <p>A disk may complete an operation before its submission returns, as the real one does, or later
 * on another thread; {@link #advance()} goes on as far as it can in either case. One script runs at
 * a time; it ends at the first failure.
 */
final class IoScript implements IoCompletion {
  private static final int NOT_SUBMITTED = 0;
  private static final int SUBMITTING = 1;
  private static final int WAITING = 2;
  private static final int COMPLETED = 3;

  private final Runnable wake;
  private final AtomicInteger state = new AtomicInteger();
  private volatile @Nullable IOException failure;
  private List<Step> steps = List.of();
  private End end = ended -> {};
  private int next;
  private boolean running;

  /** Submits an operation. */
  @FunctionalInterface
  interface Step {
    void submit(IoCompletion completion) throws IOException;
  }

  /** An operation that takes effect at once. */
  @FunctionalInterface
  interface Immediate {
    void run() throws IOException;
  }

  /** What follows a script. */
  @FunctionalInterface
  interface End {
    void ended(@Nullable IOException failure);
  }

  /**
   * A script that does nothing yet.
   *
   * @param wake called when an operation has completed later than its submission; it must bring
   *     about a call of {@link #advance()}
   */
  IoScript(Runnable wake) {
    this.wake = wake;
  }

  static Step now(Immediate immediate) {
    return completion -> {
      immediate.run();
      completion.completed(null);
    };
  }

  void start(List<Step> steps, End end) {
    if (running) {
      throw new IllegalStateException("a script is running");
    }
    this.steps = steps;
    this.end = end;
    next = 0;
    running = true;
    state.set(NOT_SUBMITTED);
  }

  boolean running() {
    return running;
  }

  /** Goes on; false while an operation is under way, true when the script has ended. */
  boolean advance() {
    while (running) {
      if (state.get() == NOT_SUBMITTED) {
        if (next == steps.size()) {
          finish(null);
          return true;
        }
        submit(steps.get(next));
      }
      if (state.get() != COMPLETED) {
        return false;
      }
      IOException failed = failure;
      if (failed != null) {
        finish(failed);
        return true;
      }
      next++;
      state.set(NOT_SUBMITTED);
    }
    return true;
  }

  private void submit(Step step) {
    failure = null;
    state.set(SUBMITTING);
    try {
      step.submit(this);
    } catch (IOException e) {
      failure = e;
      state.set(COMPLETED);
    } catch (RuntimeException | Error unexpected) {
      running = false; // it will never complete
      throw unexpected;
    }
    state.compareAndSet(SUBMITTING, WAITING);
  }

  private void finish(@Nullable IOException failed) {
    running = false;
    End ending = end;
    ending.ended(failed);
  }

  @Override
  public void completed(@Nullable IOException failed) {
    failure = failed;
    if (state.getAndSet(COMPLETED) == WAITING) {
      wake.run();
    }
  }
}
