package dev.millrace.log.internal;

/** Where the writer stands: the segment that it writes and what comes next there. */
final class Tail {
  /** What every group leaves room for: the markers of an idle moment and of the close after it. */
  static final int MARKERS = 2 * Frame.HEADER_BYTES;

  final Segment segment;
  final ActiveIndex index;

  /** Every byte of the segment before it is durable. */
  int end;

  /** Every byte from the end to here is a durable zero. */
  int prepared;

  long nextGroup;
  long nextPosition;
  long lastMicros;

  /** Whether the last group is followed by a marker. */
  boolean proven;

  /** Whether the last frame says that the store was closed. */
  boolean clean;

  Tail(Segment segment, ActiveIndex index) {
    this.segment = segment;
    this.index = index;
  }

  /** The tail of a segment in which nothing is written yet. */
  static Tail fresh(Segment segment, ActiveIndex index, int prepared, long lastMicros) {
    Tail tail = new Tail(segment, index);
    tail.end = SegmentHeader.BYTES;
    tail.prepared = prepared;
    tail.nextGroup = segment.header().firstGroup();
    tail.nextPosition = segment.header().firstPosition();
    tail.lastMicros = lastMicros;
    tail.proven = true;
    tail.clean = false;
    return tail;
  }

  boolean isEmpty() {
    return end == SegmentHeader.BYTES;
  }
}
