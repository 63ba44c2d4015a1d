package dev.millrace.log.internal;

import java.util.Arrays;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What readers may see: the segments, and the head up to which their events are durable.
 *
 * <p>The writer releases the head after everything below it (bytes, index, segments) is in place; a
 * reader acquires it first and never looks above it.
 */
final class Visible {
  private volatile Segment[] segments;
  private volatile long head;
  private final CopyOnWriteArrayList<Runnable> listeners = new CopyOnWriteArrayList<>();

  Visible(Segment[] segments, long head) {
    this.segments = segments.clone();
    this.head = head;
  }

  long head() {
    return head;
  }

  /** In the order of their positions; not to be changed. */
  Segment[] segments() {
    return segments;
  }

  Segment active() {
    Segment[] current = segments;
    return current[current.length - 1];
  }

  void add(Segment segment) {
    Segment[] more = Arrays.copyOf(segments, segments.length + 1);
    more[segments.length] = segment;
    segments = more;
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

  /** The position of the last event of a segment, durable or not; one before its first: none. */
  static long lastPosition(Segment[] segments, int index, long head) {
    return index + 1 < segments.length ? segments[index + 1].header().lastPositionBefore() : head;
  }

  /** The last segment that begins at or before a position; the first, when none does. */
  static int indexOf(Segment[] segments, long position) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].firstPosition() <= position) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
