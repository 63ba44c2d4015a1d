package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.StoreFailedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Reads sealed segments again whose index is missing, and keeps the newest of what it read. Safe
 * for use by any thread; one segment is read at a time.
 */
final class Rereading {
  /** Indexes that are kept, some ten MiB each. */
  private static final int KEPT = 2;

  private final Disk disk;
  private final Hash64 hash;
  private final Deque<Entry> kept = new ArrayDeque<>();

  private record Entry(MissingIndex of, ActiveIndex index) {}

  Rereading(Disk disk, Hash64 hash) {
    this.disk = disk;
    this.hash = hash;
  }

  synchronized ActiveIndex read(MissingIndex missing) {
    for (Entry entry : kept) {
      if (entry.of == missing) {
        return entry.index;
      }
    }
    ActiveIndex index = scan(missing.segment(), missing.next());
    if (kept.size() == KEPT) {
      kept.removeLast();
    }
    kept.addFirst(new Entry(missing, index));
    return index;
  }

  private ActiveIndex scan(Segment segment, SegmentHeader next) {
    SegmentHeader header = segment.header();
    ActiveIndex index = new ActiveIndex(hash, segment.key());
    SegmentScan scan = new SegmentScan(segment.file(), header, segment.end());
    try {
      scan.run(
          OpenedFrame.opening(
              segment.key(),
              index::addIfAppend,
              offset -> {
                throw Recovery.damaged(disk, header.fileName(), offset, SegmentKey.CHANGED);
              }));
    } catch (IOException e) {
      throw new StoreFailedException(
          "segment "
              + header.fileName()
              + " in "
              + disk.location()
              + " could not be read: "
              + e.getMessage()
              + "; check the disk, then try again",
          e);
    }
    String problem = scan.problem();
    if (problem == null && scan.end() != segment.end()) {
      problem = "the segment ends, but had " + segment.end() + " bytes when it was sealed";
    }
    if (problem == null
        && (scan.nextPosition() != next.lastPositionBefore() + 1
            || scan.nextGroup() != next.firstGroup())) {
      problem = "segment " + next.number() + " does not continue where it ends";
    }
    if (problem != null) {
      long at = Math.max(scan.problemAt(), scan.end());
      throw Recovery.damaged(disk, header.fileName(), at, problem);
    }
    return index;
  }
}
