package dev.millrace.postgresql.internal;

import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The newest position that this process knows to be visible, and who wants to hear of it. Safe for
 * use from many threads.
 */
final class Heads {
  private final AtomicLong known = new AtomicLong();
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  long known() {
    return known.get();
  }

  /** A position that somebody has seen, or has made visible. */
  void publish(long head) {
    if (known.getAndAccumulate(head, Math::max) < head) {
      wake();
    }
  }

  /** Has those who listen look, whatever they find. */
  void wake() {
    listeners.forEach(Runnable::run);
  }

  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  boolean isHeard() {
    return !listeners.isEmpty();
  }
}
