package dev.millrace.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast a processor was in the last seconds. Used under the lock of its owner. */
final class Pace {
  private static final Duration STEP = Duration.ofMillis(250);
  private static final int STEPS = 40;

  private final Deque<Mark> marks = new ArrayDeque<>();

  private record Mark(Instant at, long position, long handled) {}

  /** It begins, or begins again. */
  void begin(Instant now, long position) {
    marks.clear();
    marks.add(new Mark(now, position, 0));
  }

  /** It is so far. */
  void at(Instant now, long position, long handled) {
    if (marks.isEmpty() || now.isAfter(marks.getLast().at().plus(STEP))) {
      marks.add(new Mark(now, position, handled));
      if (marks.size() > STEPS) {
        marks.removeFirst();
      }
    }
  }

  CatchUp towards(long head, Instant now, long position, long handled) {
    double percent = head <= 0 || position >= head ? 100 : 100.0 * position / head;
    if (marks.isEmpty()) {
      return new CatchUp(percent, 0, null);
    }
    Mark first = marks.getFirst();
    double seconds = Math.max(1e-3, Duration.between(first.at(), now).toNanos() / 1e9);
    double positionsPerSecond = (position - first.position()) / seconds;
    Duration left =
        position >= head
            ? Duration.ZERO
            : positionsPerSecond > 0
                ? Duration.ofMillis((long) ((head - position) / positionsPerSecond * 1_000))
                : null;
    return new CatchUp(percent, Math.max(0, handled - first.handled()) / seconds, left);
  }
}
