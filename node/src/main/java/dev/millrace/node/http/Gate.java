package dev.millrace.node.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** Lets so many in at a time and refuses further ones at once: waiting would only add to it. */
public final class Gate {
  private final String what;
  private final int most;
  private final Problem refusal;
  private final Semaphore free;
  private final LongAdder refused = new LongAdder();

  public Gate(String what, int most) {
    this.what = what;
    this.most = most;
    this.refusal =
        Problems.overloaded("the node takes " + most + " " + what + " at a time; try again");
    this.free = new Semaphore(most);
  }

  /** Takes a place; the caller leaves it. */
  public void enter() {
    if (!free.tryAcquire()) {
      throw refuse().exception();
    }
  }

  /** Whether the next one would be refused; to say so before any work is done for it. */
  public boolean isFull() {
    return free.availablePermits() == 0;
  }

  /** Counts one that is refused, and says why. */
  public Problem refuse() {
    refused.increment();
    return refusal;
  }

  /** Gives the place back. */
  public void leave() {
    free.release();
  }

  /** What it lets in, as a word. */
  public String what() {
    return what;
  }

  /** Most that are in at a time. */
  public int most() {
    return most;
  }

  /** How many it has refused. */
  public long refused() {
    return refused.sum();
  }

  /** How many are in. */
  public int inside() {
    return most - free.availablePermits();
  }
}
