package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.log.LogOptions;
import dev.millrace.log.RecoveryReport;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Takes the folder, finds what is there, does the repairs or makes the first segment. */
final class Opening {
  private static final int SMALLEST = 2 * SegmentHeader.BYTES;

  private final Disk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Hash64 hash;
  private final Rereading rereading;
  private final CompletableFuture<Engine> result = new CompletableFuture<>();
  private final IoScript script = new IoScript(this::advance);

  Opening(Disk disk, Seams seams, LogOptions options, Hash64 hash) {
    this.disk = disk;
    this.seams = seams;
    this.options = options;
    this.hash = hash;
    this.rereading = new Rereading(disk, hash);
  }

  CompletableFuture<Engine> open() {
    AutoCloseable lock;
    try {
      lock = lock();
    } catch (MillraceException e) {
      return CompletableFuture.failedFuture(e);
    }
    try {
      Recovery.Found found = new Recovery(disk, hash, rereading).find();
      if (found == null) {
        create(lock);
      } else if (found.tail().isEmpty()) {
        makeAgain(found, lock);
      } else {
        script.start(found.repairs(), failed -> repaired(found, lock, failed));
      }
      advance();
    } catch (IOException e) {
      fail(lock, failure("reading it failed", e));
    } catch (RuntimeException e) {
      fail(lock, e);
    }
    return result;
  }

  private AutoCloseable lock() {
    try {
      return disk.lock();
    } catch (FileSystemException e) {
      String holder = e.getReason() == null ? "another process" : e.getReason();
      throw new StoreLockedException(
          "the store in "
              + disk.location()
              + " is in use by "
              + holder
              + "; a folder belongs to one process: stop that one, or open another folder",
          e);
    } catch (IOException e) {
      throw failure("locking it failed", e);
    }
  }

  private void advance() {
    script.advance();
  }

  private void create(AutoCloseable lock) {
    StoreIdentity identity = new StoreIdentity(seams.newId(), 1);
    long salt = seams.random().nextLong() | 1;
    long micros = FrameView.micros(seams.clock().instant());
    SegmentHeader header = new SegmentHeader(identity, 1, salt, 1, 1, 0, micros, 0);
    int prepared =
        SegmentFiles.wholePages(
            Math.min(options.segmentBytes(), Math.min(options.prepareBytes(), 1 << 20)));
    SegmentFiles.Making making = new SegmentFiles.Making(header.number());
    script.start(
        new SegmentFiles(disk, options.reserveBytes())
            .make(making, header, Math.max(prepared, SMALLEST)),
        failed -> created(making, header, lock, failed));
  }

  private void created(
      SegmentFiles.Making making,
      SegmentHeader header,
      AutoCloseable lock,
      @Nullable IOException failed) {
    if (failed != null) {
      fail(lock, failure("making the first segment failed", failed));
      return;
    }
    ActiveIndex index = new ActiveIndex(hash);
    Segment segment = new Segment(header, making.file(), SegmentHeader.BYTES);
    Tail tail = Tail.fresh(segment, index, making.prepared(), header.createdMicros());
    RecoveryReport report = new RecoveryReport(true, true, true, 0, 1, null, 0, 0, 0);
    ready(new Recovery.Found(List.of(segment), List.of(), tail, report, List.of()), lock);
  }

  /** Puts a segment without groups in place once more, so that it is there for certain. */
  private void makeAgain(Recovery.Found found, AutoCloseable lock) {
    Segment empty = found.tail().segment;
    SegmentHeader header = empty.header();
    SegmentFiles.Making making = new SegmentFiles.Making(header.number());
    List<IoScript.Step> steps = new ArrayList<>(found.repairs());
    steps.addAll(new SegmentFiles(disk, 0).make(making, header, SMALLEST));
    script.start(
        steps,
        failed -> {
          if (failed != null) {
            repaired(found, lock, failed);
            return;
          }
          Closing.quietly(empty.file());
          ActiveIndex index = new ActiveIndex(hash);
          Segment made = new Segment(header, making.file(), SegmentHeader.BYTES);
          List<Segment> segments = new ArrayList<>(found.segments());
          segments.set(segments.size() - 1, made);
          Tail tail = Tail.fresh(made, index, making.prepared(), found.tail().lastMicros);
          ready(
              new Recovery.Found(segments, found.sealed(), tail, found.report(), List.of()), lock);
        });
  }

  private void repaired(Recovery.Found found, AutoCloseable lock, @Nullable IOException failed) {
    if (failed != null) {
      for (Segment segment : found.segments()) {
        Closing.quietly(segment.file());
      }
      fail(lock, failure("making its end durable failed", failed));
      return;
    }
    ready(found, lock);
  }

  private void ready(Recovery.Found found, AutoCloseable lock) {
    Engine engine = new Engine(disk, seams, options, hash, found, rereading, lock);
    engine.start();
    result.complete(engine);
  }

  private void fail(AutoCloseable lock, RuntimeException failure) {
    Closing.quietly(lock);
    result.completeExceptionally(failure);
  }

  private MillraceException failure(String what, IOException cause) {
    String message =
        "the store in "
            + disk.location()
            + " could not be opened: "
            + what
            + " ("
            + cause.getMessage()
            + "); check the disk, then open it again";
    return DiskFullException.isFull(cause)
        ? new StoreFullException(message, cause)
        : new StoreFailedException(message, cause);
  }
}
