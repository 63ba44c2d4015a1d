package dev.millrace.testkit.sim;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs disk operations at once, except that those of a kind can be held back: what is not yet
 * synced must not be answered nor seen, and this is how a test looks at that moment. Safe for use
 * from many threads.
 */
public final class HeldSubmission implements Submission {
  private final Deque<Runnable> held = new ArrayDeque<>();
  private Predicate<DiskCall> holding = call -> false;

  /** From now on holds back what a condition picks. */
  public synchronized void hold(Predicate<DiskCall> condition) {
    holding = condition;
  }

  /** How many operations wait. */
  public synchronized int waiting() {
    return held.size();
  }

  /**
   * Holds nothing any longer and runs what waits, in the order in which it came, on this thread.
   */
  public void release() {
    Runnable next = releaseNext();
    while (next != null) {
      next.run();
      next = releaseNext();
    }
  }

  private synchronized @Nullable Runnable releaseNext() {
    holding = call -> false;
    return held.poll();
  }

  @Override
  public void submit(DiskCall call, Runnable operation) {
    synchronized (this) {
      if (holding.test(call)) {
        held.add(operation);
        return;
      }
    }
    operation.run();
  }
}
