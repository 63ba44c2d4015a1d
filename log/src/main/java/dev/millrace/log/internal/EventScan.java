package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the events of a run that match a query, in either direction: candidates from the index,
 * each verified on its bytes.
 */
final class EventScan {
  /** Bytes that a reader asks for at once when it goes through everything. */
  static final int SEQUENTIAL = 1 << 16;

  /** Bytes that a reader asks for at once when it picks single events. */
  static final int SELECTIVE = 1 << 10;

  private final Run run;
  private final @Nullable ByteSource tail;
  private final EventView view;
  private final CompiledQuery query;
  private final @Nullable Postings candidates;
  private final boolean forward;

  /**
   * A scan, for one use.
   *
   * @param tail where to read what is not written yet; null: only what is written
   */
  EventScan(Run run, @Nullable ByteSource tail, CompiledQuery query, Direction direction) {
    this.run = run;
    this.tail = tail;
    this.query = query;
    this.forward = direction == Direction.FORWARD;
    this.candidates = query.candidates(run);
    this.view = new EventView(query.indexed() ? SELECTIVE : SEQUENTIAL);
  }

  /**
   * The next matching event, which {@link #view()} then shows.
   *
   * @param from first ordinal to look at
   * @param to last ordinal to look at
   * @return its ordinal, or {@link Postings#NONE}
   */
  int next(int from, int to) {
    if (candidates == null) {
      return Postings.NONE;
    }
    int ordinal = from;
    while (forward ? ordinal <= to : ordinal >= to) {
      int candidate = forward ? candidates.ceiling(ordinal) : candidates.floor(ordinal);
      if (candidate == Postings.NONE || (forward ? candidate > to : candidate < to)) {
        return Postings.NONE;
      }
      run.show(view, candidate, tail);
      if (query.matches(view)) {
        return candidate;
      }
      ordinal = forward ? candidate + 1 : candidate - 1;
    }
    return Postings.NONE;
  }

  EventView view() {
    return view;
  }
}
