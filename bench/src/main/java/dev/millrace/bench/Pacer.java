package dev.millrace.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/**
 * Sleeps until the times at which something is due. It does not spin: a core that spins is missing
 * to what is measured. That it wakes late is part of each latency, alike for all that is compared;
 * where Linux lets it, the thread asks for timers without slack first.
 */
final class Pacer {
  private final long start;
  private final double interval;

  private Pacer(long start, double interval) {
    this.start = start;
    this.interval = interval;
  }

  /** Begins now, for the thread that calls. */
  static Pacer perSecond(double rate) {
    dropSlack();
    return new Pacer(System.nanoTime(), 1e9 / rate);
  }

  /** When a number is due, from 0. */
  long due(long number) {
    return start + (long) (number * interval);
  }

  /** Returns at once when it is due already. */
  void await(long number) {
    long due = due(number);
    long left;
    while ((left = due - System.nanoTime()) > 0) {
      LockSupport.parkNanos(left);
    }
  }

  private static void dropSlack() {
    try {
      Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      Files.writeString(Path.of("/proc", thread.getFileName().toString(), "timerslack_ns"), "1");
    } catch (IOException | UnsupportedOperationException e) {
      return; // then it wakes 50 µs late
    }
  }
}
