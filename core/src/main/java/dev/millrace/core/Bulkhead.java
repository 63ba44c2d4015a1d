package dev.millrace.core;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A limit that processors of one process share: how many of their handlers run at the same time, as
 * where all of them call one service. Who does not come in waits without a thread. Safe for use
 * from many threads.
 *
 * <p>What an operator wants to be tried again is not held up by it.
 */
public final class Bulkhead {
  private final String name;
  private final int most;
  private final Set<Runnable> waiting = new LinkedHashSet<>();
  private int inside;

  private Bulkhead(String name, int most) {
    this.name = name;
    this.most = most;
  }

  /**
   * Makes a limit.
   *
   * @param name of what is protected
   * @param most handlers, or batches that are handled together; at least 1
   */
  public static Bulkhead named(String name, int most) {
    if (name.isBlank() || most < 1) {
      throw new IllegalArgumentException(
          "a bulkhead has a name and lets in at least 1, not '" + name + "' and " + most);
    }
    return new Bulkhead(name, most);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** How many may be inside. */
  public int most() {
    return most;
  }

  /** How many are inside. */
  public synchronized int inside() {
    return inside;
  }

  /**
   * Comes in, or is told when somebody has left.
   *
   * @param whenFree the same object at each try
   */
  synchronized boolean tryEnter(Runnable whenFree) {
    if (inside < most) {
      inside++;
      return true;
    }
    waiting.add(whenFree);
    return false;
  }

  void leave() {
    List<Runnable> told;
    synchronized (this) {
      inside--;
      told = new ArrayList<>(waiting);
      waiting.clear();
    }
    told.forEach(Runnable::run);
  }
}
