package dev.millrace.log.internal;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Where the writer stands: the segment that it writes and what comes next there. */
final class Tail {
  /** What every group leaves room for: the markers of an idle moment and of the close after it. */
  static final int MARKERS = 2 * Frame.HEADER_BYTES;

  final Segment segment;
  final ActiveIndex index;

  /** Encrypts what is added; null: the segment is plain. */
  final @Nullable FrameSealer sealer;

  /** Where the next frame goes. What is before it is durable, or in a group on its way. */
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

  Tail(Segment segment, ActiveIndex index, RandomGenerator random) {
    this.segment = segment;
    this.index = index;
    this.sealer = segment.key() == null ? null : segment.key().sealer(random);
  }

  /** The tail of a segment in which nothing is written yet. */
  static Tail fresh(
      Segment segment, ActiveIndex index, int prepared, long lastMicros, RandomGenerator random) {
    Tail tail = new Tail(segment, index, random);
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
