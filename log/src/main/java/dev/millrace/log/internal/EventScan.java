package dev.millrace.log.internal;

import dev.millrace.core.store.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Finds the events of a segment that match a query, in either direction: candidates from the index,
 * each verified on its bytes.
 */
final class EventScan {
  /** Bytes that a reader asks for at once when it goes through everything. */
  static final int SEQUENTIAL = 1 << 16;

  /** Bytes that a reader asks for at once when it picks single events. */
  static final int SELECTIVE = 1 << 10;

  private final SegmentIndex index;
  private final EventView view;
  private final CompiledQuery query;
  private final @Nullable Postings candidates;
  private final boolean forward;

  EventScan(Segment segment, ByteSource source, CompiledQuery query, Direction direction) {
    this.index = segment.index();
    this.query = query;
    this.forward = direction == Direction.FORWARD;
    this.candidates = query.candidates(index);
    this.view =
        new EventView(source, query.indexed() ? SELECTIVE : SEQUENTIAL, segment.firstPosition());
    if (segment.checkedOnRead()) {
      view.checkFrames(segment);
    }
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
      view.moveTo(index.offset(candidate));
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
