package dev.millrace.log.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * A segment as an index file knows it.
 *
 * @param header of the segment
 * @param end of its frames
 */
record IndexedSegment(SegmentHeader header, int end) {

  static List<IndexedSegment> of(List<Segment> segments) {
    List<IndexedSegment> all = new ArrayList<>(segments.size());
    for (Segment segment : segments) {
      all.add(new IndexedSegment(segment.header(), segment.end()));
    }
    return all;
  }
}
