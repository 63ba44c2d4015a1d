package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the indexes of the sealed segments of a store when it is opened. */
final class IndexFolder {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFolder.class);

  private final Disk disk;
  private final List<Segment> segments;
  private final Rereading rereading;
  private final List<Run> runs = new ArrayList<>();
  private final List<String> useless = new ArrayList<>();
  private int missing;

  /**
   * Finds the runs of sealed segments, and which index files are not needed.
   *
   * @param files all files of the folder
   * @param segments all of them; the last is not sealed
   */
  IndexFolder(Disk disk, List<String> files, List<Segment> segments, Rereading rereading) {
    this.disk = disk;
    this.segments = segments;
    this.rereading = rereading;
    List<String> names = new ArrayList<>();
    for (String file : files) {
      if (IndexFile.range(file) != null) {
        names.add(file);
      }
    }
    try {
      find(names);
    } catch (RuntimeException e) {
      runs.forEach(Run::closeIndex);
      throw e;
    }
  }

  /** The widest first, of those that begin with one segment. */
  private void find(List<String> names) {
    names.sort(
        Comparator.comparingLong((String name) -> range(name).first())
            .thenComparing(
                Comparator.comparingLong((String name) -> range(name).last()).reversed()));
    int next = 0; // the first segment that has no index yet
    for (String name : names) {
      IndexFile.Range range = range(name);
      int from = (int) range.first() - 1;
      int to = (int) range.last();
      SealedIndex index = null;
      if (from >= next && to < segments.size()) {
        index = open(name, IndexedSegment.of(segments.subList(from, to)));
      }
      if (index == null) {
        useless.add(name);
      } else {
        missing(next, from);
        runs.add(new Run(segments.subList(from, to), index));
        next = to;
      }
    }
    missing(next, segments.size() - 1);
  }

  private static IndexFile.Range range(String name) {
    return java.util.Objects.requireNonNull(IndexFile.range(name));
  }

  private void missing(int from, int to) {
    for (int i = from; i < to; i++) {
      Segment segment = segments.get(i);
      SegmentHeader next = segments.get(i + 1).header();
      runs.add(new Run(segment, new MissingIndex(segment, next, rereading)));
      missing++;
    }
  }

  private @Nullable SealedIndex open(String name, List<IndexedSegment> segments) {
    try {
      SealedIndex index = SealedIndex.open(disk, segments);
      if (index == null) {
        LOG.warn("index file {} in {} is damaged and is made again", name, disk.location());
      }
      return index;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.warn("index file {} in {} cannot be read: {}", name, disk.location(), e.toString());
      return null;
    }
  }

  /** All sealed segments, in their order. */
  List<Run> runs() {
    return runs;
  }

  /** Files that stand for nothing, or for what a wider one stands for. */
  List<String> useless() {
    return useless;
  }

  /** How many segments have no index. */
  int missingIndexes() {
    return missing;
  }
}
