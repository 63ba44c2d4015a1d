package dev.millrace.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Asks a command to end soon, in good order: Ctrl-C, SIGTERM. Safe for use from many threads. */
final class StopSignal {
  private final CountDownLatch asked = new CountDownLatch(1);
  private final List<Runnable> listeners = new ArrayList<>();

  /** Asks. */
  void request() {
    List<Runnable> all;
    synchronized (listeners) {
      asked.countDown();
      all = List.copyOf(listeners);
    }
    all.forEach(Runnable::run);
  }

  /** Whether it was asked. */
  boolean requested() {
    return asked.getCount() == 0;
  }

  /** Calls a listener when it is asked; at once if it was already. It must not block. */
  void onRequest(Runnable listener) {
    synchronized (listeners) {
      listeners.add(listener);
      if (!requested()) {
        return;
      }
    }
    listener.run();
  }

  /** Waits until it is asked, or for some time; returns whether it was asked. */
  boolean await(Duration most) {
    try {
      return asked.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true; // nobody interrupts the main thread but to end it
    }
  }
}
