package dev.millrace.log.internal;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogOptions;
import dev.millrace.log.RecoveryReport;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Takes the folder, finds what is there, does the repairs or makes the first segment. */
final class Opening {
  private static final int SMALLEST = 2 * SegmentHeader.BYTES;

  private final ArchivedDisk disk;
  private final Seams seams;
  private final LogOptions options;
  private final Hash64 hash;
  private final Rereading rereading;
  private final Encryption encryption;
  private final StoreKeys keys;
  private final CompletableFuture<Engine> result = new CompletableFuture<>();
  private final IoScript script = new IoScript(this::advance);
  private Recovery.@Nullable Found found; // its files are closed when the opening fails
  private SegmentFiles.@Nullable Making making;

  Opening(ArchivedDisk disk, Seams seams, LogOptions options, Hash64 hash, Encryption encryption) {
    this.disk = disk;
    this.seams = seams;
    this.options = options;
    this.hash = hash;
    this.rereading = new Rereading(disk, hash);
    this.encryption = encryption;
    this.keys = StoreKeys.of(disk, encryption);
  }

  CompletableFuture<Engine> open() {
    AutoCloseable lock;
    try {
      lock = lock();
    } catch (MillraceException e) {
      return CompletableFuture.failedFuture(e);
    }
    try {
      List<IoScript.Step> cutShort = new ArrayList<>(Scavenge.finish(disk, encryption));
      cutShort.addAll(LastGroup.finish(disk));
      if (cutShort.isEmpty()) {
        find(lock);
      } else {
        script.start(cutShort, failed -> finished(lock, failed));
        advance();
      }
    } catch (IOException e) {
      fail(lock, failure("reading it failed", e));
    } catch (RuntimeException e) {
      fail(lock, e);
    }
    return result;
  }

  /** What was cut short when it was nearly done is done. */
  private void finished(AutoCloseable lock, @Nullable IOException failed) {
    if (failed != null) {
      fail(lock, failure("finishing what was cut short failed", failed));
    } else {
      find(lock);
    }
  }

  private void find(AutoCloseable lock) {
    try {
      RandomGenerator random = encryption.checked(seams.random());
      Recovery.Found there =
          new Recovery(disk, hash, rereading, keys, encryption.turnsOn(), random).find();
      found = there;
      if (there == null) {
        create(lock);
      } else if (there.tail().isEmpty()) {
        makeAgain(there, lock);
      } else {
        script.start(there.repairs(), failed -> repaired(there, lock, failed));
      }
      advance();
    } catch (IOException e) {
      fail(lock, failure("reading it failed", e));
    } catch (RuntimeException e) {
      fail(lock, e);
    }
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

  /** The end of a script may have begun another. */
  private void advance() {
    boolean ended = true;
    while (ended && script.running()) {
      ended = script.advance();
    }
  }

  private void create(AutoCloseable lock) {
    StoreIdentity identity = new StoreIdentity(seams.newId(), 1);
    long salt = seams.random().nextLong() | 1;
    long micros = FrameView.micros(seams.clock().instant());
    WrappedKey key = keys.draw(identity, 1, salt, seams.random());
    SegmentHeader header = new SegmentHeader(identity, 1, salt, 1, 1, 0, micros, 0, key);
    SegmentFiles.Making next = making(header);
    List<IoScript.Step> steps = new ArrayList<>(keys.saveFor(header));
    steps.addAll(
        new SegmentFiles(disk, options.reserveBytes()).make(next, header, firstPrepared()));
    script.start(steps, failed -> created(next, header, lock, failed));
  }

  private SegmentFiles.Making making(SegmentHeader header) {
    SegmentFiles.Making next = new SegmentFiles.Making(header.number());
    making = next;
    return next;
  }

  private int firstPrepared() {
    int prepared =
        SegmentFiles.wholePages(
            Math.min(options.segmentBytes(), Math.min(options.prepareBytes(), 1 << 20)));
    return Math.max(prepared, SMALLEST);
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
    Tail tail = made(making, header, header.createdMicros());
    RecoveryReport report = new RecoveryReport(true, true, true, 0, 1, null, 0, 0, 0);
    ready(new Recovery.Found(List.of(tail.segment), List.of(), tail, report, List.of()), lock);
  }

  /** The tail of a segment that was just made. */
  private Tail made(SegmentFiles.Making making, SegmentHeader header, long lastMicros) {
    SegmentKey key = keys.open(header);
    ActiveIndex index = new ActiveIndex(hash, key);
    Segment segment = new Segment(header, making.file(), key, SegmentHeader.BYTES);
    return Tail.fresh(segment, index, making.prepared(), lastMicros, seams.random());
  }

  /** Puts a segment without groups in place once more, so that it is there for certain. */
  private void makeAgain(Recovery.Found found, AutoCloseable lock) throws IOException {
    Segment empty = found.tail().segment;
    SegmentHeader there = empty.header();
    List<IoScript.Step> steps = new ArrayList<>(found.repairs());
    SegmentHeader header = there;
    if (turnsOn(found)) {
      header =
          there.with(keys.draw(there.identity(), there.number(), there.salt(), seams.random()));
      steps.addAll(beforeEncryption(header));
    }
    makeAgain(found, header, steps, lock);
  }

  private void makeAgain(
      Recovery.Found found, SegmentHeader header, List<IoScript.Step> steps, AutoCloseable lock) {
    Segment empty = found.tail().segment;
    SegmentFiles.Making next = making(header);
    steps.addAll(new SegmentFiles(disk, 0).make(next, header, SMALLEST));
    if (header.key() != null) { // now, or when turning it on was cut short
      steps.addAll(FolderSnapshots.deletePlain(disk));
    }
    script.start(
        steps,
        failed -> {
          if (failed != null) {
            repaired(found, lock, failed);
            return;
          }
          Closing.quietly(empty.file());
          Tail tail = made(next, header, found.tail().lastMicros);
          List<Segment> segments = new ArrayList<>(found.segments());
          segments.set(segments.size() - 1, tail.segment);
          ready(
              new Recovery.Found(segments, found.sealed(), tail, found.report(), List.of()), lock);
        });
  }

  private void repaired(Recovery.Found found, AutoCloseable lock, @Nullable IOException failed) {
    if (failed != null) {
      fail(lock, failure("making its end durable failed", failed));
      return;
    }
    ready(found, lock);
  }

  /** Whether a plain store is to be encrypted from here on. */
  private boolean turnsOn(Recovery.Found found) {
    return keys.encrypts() && found.tail().segment.key() == null;
  }

  /** What must be durable before the first encrypted segment is there. */
  private List<IoScript.Step> beforeEncryption(SegmentHeader header) throws IOException {
    SegmentKey key = Objects.requireNonNull(keys.open(header));
    List<IoScript.Step> steps = new ArrayList<>(keys.saveFor(header));
    steps.addAll(FolderSnapshots.sealCheckpoints(disk, header, key, seams.random()));
    return steps;
  }

  /** Seals the last plain segment and begins one that is encrypted. */
  private void turnOn(Recovery.Found found, AutoCloseable lock) {
    Tail tail = found.tail();
    SegmentHeader old = tail.segment.header();
    long salt = seams.random().nextLong() | 1;
    SegmentHeader header =
        old.next(salt, tail, keys.draw(old.identity(), old.number() + 1, salt, seams.random()));
    SegmentFiles.Making next = making(header);
    List<IoScript.Step> steps = new ArrayList<>();
    try {
      steps.addAll(beforeEncryption(header));
    } catch (IOException e) {
      repaired(found, lock, e);
      return;
    }
    steps.addAll(
        new SegmentFiles(disk, options.reserveBytes()).make(next, header, firstPrepared()));
    steps.addAll(FolderSnapshots.deletePlain(disk));
    script.start(
        steps,
        failed -> {
          if (failed != null) {
            repaired(found, lock, failed);
            return;
          }
          Tail fresh = made(next, header, tail.lastMicros);
          List<Segment> segments = new ArrayList<>(found.segments());
          segments.add(fresh.segment);
          List<Run> sealed = new ArrayList<>(found.sealed());
          sealed.add(new Run(tail.segment, tail.index));
          ready(new Recovery.Found(segments, sealed, fresh, found.report(), List.of()), lock);
        });
  }

  private void ready(Recovery.Found found, AutoCloseable lock) {
    if (turnsOn(found)) {
      try {
        turnOn(found, lock);
      } catch (RuntimeException e) {
        fail(lock, e);
      }
      return;
    }
    Engine engine = new Engine(disk, seams, options, hash, keys, found, rereading, lock);
    engine.start();
    result.complete(engine);
  }

  private void fail(AutoCloseable lock, RuntimeException failure) {
    if (found != null) {
      found.close();
    }
    if (making != null && making.isBegun()) {
      Closing.quietly(making.file());
    }
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
