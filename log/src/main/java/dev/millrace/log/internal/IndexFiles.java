package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index files of sealed segments: reads those that are whole, and makes the others beside
 * the writer, one after the other. An index file can always be made again, so that nothing here can
 * fail the store.
 */
final class IndexFiles {
  private static final Logger LOG = LoggerFactory.getLogger(IndexFiles.class);

  private final Disk disk;
  private final Seams seams;
  private final IoScript script = new IoScript(this::advance);
  private final Deque<Segment> waiting = new ArrayDeque<>();
  private @Nullable Segment current;
  private @Nullable CompletableFuture<Void> drained;

  IndexFiles(Disk disk, Seams seams) {
    this.disk = disk;
    this.seams = seams;
  }

  /** The index in the file for a segment; null when there is none that is whole. */
  static @Nullable SegmentIndex load(Disk disk, SegmentHeader header, long end) {
    String name = SegmentHeader.indexName(header.number());
    try {
      DiskFile file = disk.open(name);
      try {
        int size = (int) Math.min(file.size(), Integer.MAX_VALUE);
        ByteBuffer bytes = file.read(0, size).order(ByteOrder.LITTLE_ENDIAN);
        if (size >= IndexFile.HEADER_BYTES && IndexFile.belongsTo(bytes, header, end)) {
          return new SealedIndex(bytes);
        }
        LOG.warn("index file {} in {} is damaged and is made again", name, disk.location());
        return null;
      } finally {
        file.close();
      }
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.warn("index file {} in {} cannot be read: {}", name, disk.location(), e.toString());
      return null;
    }
  }

  /** Makes the file of a segment whose index is in memory, some time. */
  void make(Segment segment) {
    synchronized (waiting) {
      waiting.add(segment);
    }
    next();
  }

  private void next() {
    Segment segment;
    synchronized (waiting) {
      if (current != null) {
        return;
      }
      current = waiting.poll();
      segment = current;
      if (segment == null) {
        if (drained != null) {
          drained.complete(null);
        }
        return;
      }
    }
    CompletableFuture<Void> unused =
        seams
            .scheduler()
            .call(
                "millrace-log-index",
                () -> {
                  begin(segment);
                  return null;
                });
  }

  private void begin(Segment segment) {
    try {
      if (segment.index() instanceof ActiveIndex index) {
        script.start(
            steps(segment.header(), IndexFile.encode(segment.header(), segment.end(), index)),
            failed -> ended(segment, failed));
        script.advance();
      } else {
        ended(segment, null);
      }
    } catch (RuntimeException e) {
      ended(segment, new IOException(e));
    }
  }

  private void advance() {
    script.advance();
  }

  private List<IoScript.Step> steps(SegmentHeader header, byte[] bytes) {
    String name = SegmentHeader.indexName(header.number());
    return NewFile.steps(disk, name + SegmentFiles.UNFINISHED, name, () -> bytes);
  }

  private void ended(Segment segment, @Nullable IOException failed) {
    if (failed == null) {
      SegmentIndex index = load(disk, segment.header(), segment.end());
      if (index != null) {
        segment.index(index);
      }
    } else {
      LOG.warn(
          "the index file of segment {} in {} could not be written and stays in memory: {}",
          segment.header().fileName(),
          disk.location(),
          failed.toString());
    }
    synchronized (waiting) {
      current = null;
    }
    next();
  }

  /** Completes when everything that waits is made. */
  CompletableFuture<Void> drain() {
    CompletableFuture<Void> result;
    synchronized (waiting) {
      if (drained == null) {
        drained = new CompletableFuture<>();
      }
      result = drained;
    }
    next();
    return result;
  }
}
