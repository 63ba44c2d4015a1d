package dev.millrace.log.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What readers may see: the segments with their indexes, and the head up to which their events are
 * durable.
 *
 * <p>The writer releases the head after everything below it (bytes, index, segments) is in place; a
 * reader acquires it first and never looks above it.
 */
final class Visible {
  /** Sealed segments whose index is only in memory, some ten MiB each. */
  private static final int MOST_IN_MEMORY = 8;

  private volatile Parts parts;
  private volatile boolean indexed;
  private volatile long head;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  @SuppressWarnings("ArrayRecordComponent") // never compared, never changed
  private record Parts(Segment[] segments, Run[] runs) {

    /** Whether every id can be looked up, with little in memory. */
    boolean indexed() {
      int inMemory = 0;
      for (int i = 0; i < runs.length - 1; i++) {
        if (runs[i].index() instanceof MissingIndex) {
          return false;
        }
        inMemory += runs[i].index() instanceof ActiveIndex ? 1 : 0;
      }
      return inMemory <= MOST_IN_MEMORY;
    }
  }

  /**
   * A store's parts.
   *
   * @param segments in the order of their positions
   * @param runs the same segments, with their indexes
   */
  Visible(List<Segment> segments, List<Run> runs, long head) {
    this.parts = new Parts(segments.toArray(Segment[]::new), runs.toArray(Run[]::new));
    this.head = head;
    this.indexed = parts.indexed();
  }

  long head() {
    return head;
  }

  /** In the order of their positions; not to be changed. */
  Segment[] segments() {
    return parts.segments;
  }

  /** All segments with their indexes, in the order of their positions; not to be changed. */
  Run[] runs() {
    return parts.runs;
  }

  /**
   * Whether appends may be decided: the id of every append can be looked up, and not too many
   * indexes are in memory.
   */
  boolean indexed() {
    return indexed;
  }

  private void change(Parts changed) {
    parts = changed;
    indexed = changed.indexed();
  }

  /** A new active segment. */
  synchronized void add(Segment segment, ActiveIndex index) {
    Parts old = parts;
    Segment[] segments = Arrays.copyOf(old.segments, old.segments.length + 1);
    segments[old.segments.length] = segment;
    Run[] runs = Arrays.copyOf(old.runs, old.runs.length + 1);
    runs[old.runs.length] = new Run(segment, index);
    change(new Parts(segments, runs));
  }

  /**
   * Puts other runs over the same segments in the place of some.
   *
   * @return whether the old ones were there
   */
  synchronized boolean replace(List<Run> old, List<Run> with) {
    Parts now = parts;
    List<Run> runs = new ArrayList<>(Arrays.asList(now.runs));
    int at = runs.indexOf(old.get(0));
    if (at < 0 || at + old.size() > runs.size() || !runs.subList(at, at + old.size()).equals(old)) {
      return false;
    }
    runs.subList(at, at + old.size()).clear();
    runs.addAll(at, with);
    change(new Parts(now.segments, runs.toArray(Run[]::new)));
    return true;
  }

  void publish(long newHead) {
    head = newHead;
    for (Runnable listener : listeners) {
      listener.run();
    }
  }

  void listen(Runnable listener) {
    listeners.add(listener);
  }

  void forget(Runnable listener) {
    listeners.remove(listener);
  }

  /** The position of the last event of a run, durable or not; one before its first: none. */
  static long lastPosition(Run[] runs, int index, long head) {
    return index + 1 < runs.length
        ? runs[index + 1].segment(0).header().lastPositionBefore()
        : head;
  }

  /** The last run that begins at or before a position; the first, when none does. */
  static int indexOf(Run[] runs, long position) {
    int low = 0;
    int high = runs.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (runs[middle].firstPosition() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
