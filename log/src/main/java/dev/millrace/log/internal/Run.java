package dev.millrace.log.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive segments, all plain or all encrypted, between which no position is missing, and one
 * index over all of their events. The last run of a store is the active segment; the others are
 * sealed.
 */
final class Run {
  /** In place of a tail: reads nothing that would have to be fetched; for the writer. */
  static final ByteSource WITHOUT_WAITING =
      (offset, least, wanted) -> {
        throw new IllegalStateException("a sign, not a source");
      };

  private final Segment[] segments;
  private final RunIndex index;
  private final long first;

  Run(List<Segment> segments, RunIndex index) {
    this.segments = segments.toArray(Segment[]::new);
    this.index = index;
    this.first = this.segments[0].firstPosition();
  }

  Run(Segment segment, RunIndex index) {
    this(List.of(segment), index);
  }

  RunIndex index() {
    return index;
  }

  /** Closes the file of its index, if it has one. */
  void closeIndex() {
    if (index instanceof SealedIndex file) {
      file.close();
    }
  }

  /** How many segments. */
  int size() {
    return segments.length;
  }

  /** One of its segments, from 0. */
  Segment segment(int number) {
    return segments[number];
  }

  Segment last() {
    return segments[segments.length - 1];
  }

  long firstPosition() {
    return first;
  }

  /** Whether positions are missing between the run before and this one. */
  boolean followsHole() {
    return segments[0].header().missing() > 0;
  }

  /** What the frames of all of its segments are encrypted with; null: they are not. */
  @Nullable SegmentKey key() {
    return segments[0].key();
  }

  /** The hash of the keys in its index. */
  Hash64 hash(Hash64 plain) {
    SegmentKey key = key();
    return key == null ? plain : key.hash();
  }

  /** Whether one index may be over both: encrypted and plain segments have different hashes. */
  boolean isLike(Run other) {
    return (key() == null) == (other.key() == null);
  }

  /** The segment that an event stands in. */
  private Segment of(int ordinal) {
    int low = 0;
    int high = segments.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (segments[middle].firstPosition() - first <= ordinal) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return segments[low];
  }

  /** Begins to read the first bytes of an event; see {@link ReadAhead}. */
  void expectEvent(int ordinal) {
    of(ordinal).expect(index.offset(ordinal), EventScan.SELECTIVE);
  }

  /** Begins to read the head of an event's frame. In an encrypted segment that is the event. */
  void expectFrame(int ordinal) {
    if (key() == null) {
      of(ordinal).expectFrame(index.offset(ordinal));
    }
  }

  /** Begins to read all of an event's frame, if readers check it. */
  void expectToCheck(int ordinal) {
    if (key() == null) {
      of(ordinal).expectToCheck(index.offset(ordinal));
    }
  }

  /**
   * Moves a view to an event.
   *
   * @param tail where to read instead of the segment's file, for what is not written yet
   */
  @SuppressWarnings("ReferenceEquality") // of the sign
  void show(EventView view, int ordinal, @Nullable ByteSource tail) {
    Segment segment = of(ordinal);
    ByteSource source = tail == null ? segment : tail;
    view.on(segment, source == WITHOUT_WAITING ? segment.withoutWaiting() : source);
    view.moveTo(index.offset(ordinal), first + ordinal);
  }
}
