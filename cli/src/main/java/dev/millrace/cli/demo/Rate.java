package dev.millrace.cli.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * How fast a counter grows: over the last few samples, and over time. Not safe for use from several
 * threads.
 */
public final class Rate {
  private static final int WINDOW = 5;
  private static final int HISTORY = 24;

  private final Deque<Sample> window = new ArrayDeque<>();
  private final Deque<Double> history = new ArrayDeque<>();

  private record Sample(long count, long nanos) {}

  /** Takes a sample, and returns the rate a second. */
  public double sample(long count, long nanos) {
    window.addLast(new Sample(count, nanos));
    if (window.size() > WINDOW) {
      window.removeFirst();
    }
    Sample oldest = window.getFirst();
    double seconds = (nanos - oldest.nanos()) / 1e9;
    double rate = seconds <= 0 ? 0 : (count - oldest.count()) / seconds;
    history.addLast(rate);
    if (history.size() > HISTORY) {
      history.removeFirst();
    }
    return rate;
  }

  /** The rates so far, the newest last. */
  public List<Double> history() {
    return new ArrayList<>(history);
  }
}
