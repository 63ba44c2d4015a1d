package dev.millrace.log.internal;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreArchiveException;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.log.ArchivePolicy;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogArchival;
import dev.millrace.log.LogBackup;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.log.LogProgress;
import dev.millrace.log.RecoveryReport;
import dev.millrace.log.spi.MasterKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open store: writer, reader and what they share. Behind {@link LogEventStore}. */
public final class Engine {
  private static final Logger LOG = LoggerFactory.getLogger(LogEventStore.class);

  /** Most pieces of archived segments that are fetched to decide on one append. */
  private static final int MAX_FETCHES = 256;

  private static final Duration ARCHIVE_EVERY = Duration.ofMinutes(10);

  private final ArchivedDisk disk;
  private final Seams seams;
  private final String location;
  private final LogOptions options;
  private final RecoveryReport recovery;
  private final StoreIdentity identity;
  private final Visible visible;
  private final Reader reader;
  private final Writer writer;
  private final Activity activity = new Activity();
  private final DiskWatch watch;
  private final Archiver archiver;
  private final PendingAppend.Elsewhere elsewhere = this::fetch;
  private final IndexMaker indexes;
  private final int sealedBytes;
  private final StoreKeys keys;
  private final AutoCloseable lock;
  private final FolderSnapshots snapshots;
  private CompletableFuture<Void> works = CompletableFuture.completedFuture(null);
  private final AtomicBoolean archiving = new AtomicBoolean();
  private volatile @Nullable Departure departure;
  private volatile boolean ending;
  private volatile boolean closed;
  private @Nullable CompletableFuture<Void> closing;

  Engine(
      ArchivedDisk disk,
      Seams seams,
      LogOptions options,
      Hash64 hash,
      StoreKeys keys,
      Recovery.Found found,
      Rereading rereading,
      AutoCloseable lock) {
    this.disk = disk;
    this.seams = seams;
    this.location = disk.location();
    this.options = options;
    this.recovery = found.report();
    this.identity = found.tail().segment.header().identity();
    this.visible = new Visible(found.segments(), runs(found), found.tail().nextPosition - 1);
    this.indexes = new IndexMaker(disk, seams, visible, rereading, this::indexesChanged);
    this.reader = new Reader(visible, hash, indexes::damaged);
    this.watch = new DiskWatch(disk, options);
    this.archiver = new Archiver(disk, seams, visible, options.reserveBytes());
    this.writer =
        new Writer(
            disk, seams, options, visible, found.tail(), hash, keys, indexes, activity, watch);
    this.sealedBytes = keys.encrypts() ? Frame.SEALED_BYTES : 0;
    this.keys = keys;
    this.lock = lock;
    this.snapshots =
        new FolderSnapshots(disk, seams, identity, new SnapshotKeys(visible, keys, seams.random()));
  }

  private static List<Run> runs(Recovery.Found found) {
    List<Run> runs = new ArrayList<>(found.sealed());
    runs.add(new Run(found.tail().segment, found.tail().index));
    return runs;
  }

  private void indexesChanged() {
    writer.wake();
    archiveByPolicy();
  }

  /** Opens the store of a folder, or makes one. */
  public static CompletableFuture<Engine> open(Disk disk, Seams seams, LogOptions options) {
    return open(disk, seams, options, Encryption.NONE);
  }

  /** Opens the store of a folder, or makes one, encrypted or not. */
  public static CompletableFuture<Engine> open(
      Disk disk, Seams seams, LogOptions options, Encryption encryption) {
    return new Opening(ArchivedDisk.of(disk), seams, options, Hash64.XXH3, encryption).open();
  }

  /** Opens with another hash, as tests do to have collisions. */
  public static CompletableFuture<Engine> open(
      Disk disk, Seams seams, LogOptions options, Hash64 hash) {
    return new Opening(ArchivedDisk.of(disk), seams, options, hash, Encryption.NONE).open();
  }

  void start() {
    if (recovery.tornFile() != null) {
      LOG.warn(
          "store in {}: the end of {} was torn and has been cut off at offset {} ({} bytes); it was"
              + " never acknowledged",
          location,
          recovery.tornFile(),
          recovery.tornOffset(),
          recovery.tornBytes());
    }
    if (!recovery.lastGroupProven()) {
      LOG.info(
          "store in {}: it was not closed, and no marker proves its last group; it ends at position"
              + " {}",
          location,
          recovery.head());
    }
    writer.start();
    indexes.start();
    archiveNowAndThen();
  }

  /** Does what the policy says, unless that is being done. */
  private void archiveByPolicy() {
    ArchivePolicy policy = options.archive();
    if (policy == null || ending || !archiving.compareAndSet(false, true)) {
      return;
    }
    CompletableFuture<Void> unused =
        archiver
            .move(policy, untilClosed(LogProgress.NONE))
            .handle((moved, failed) -> {
              archiving.set(false);
              if (failed != null && !ending) {
                LOG.warn(
                    "store in {}: segments could not be archived to {}, and stay where they are; it"
                        + " will be tried again: {}",
                    location,
                    policy.to(),
                    failed.getMessage());
              } else if (moved != null && moved.movedSegments() > 0) {
                LOG.info(
                    "store in {}: {} segments with {} bytes were archived to {}",
                    location,
                    moved.movedSegments(),
                    moved.movedBytes(),
                    policy.to());
              }
              return null;
            });
  }

  /** Segments get old while nothing is appended. */
  private void archiveNowAndThen() {
    if (options.archive() != null && !ending) {
      archiveByPolicy();
      CompletableFuture<Void> unused =
          seams.scheduler().after(ARCHIVE_EVERY).thenRun(this::archiveNowAndThen);
    }
  }

  public RecoveryReport recovery() {
    return recovery;
  }

  public StoreIdentity identity() {
    return identity;
  }

  public long head() {
    checkOpen();
    return visible.head();
  }

  /** See {@link dev.millrace.core.store.EventStore#append}. */
  public CompletableFuture<AppendResult> append(Append append) {
    return append(append, null);
  }

  /** Answers an append that was stored before with its place; another one is refused. */
  public CompletableFuture<AppendResult> appendedBefore(Append append, RuntimeException otherwise) {
    return append(append, otherwise);
  }

  private CompletableFuture<AppendResult> append(
      Append append, @Nullable RuntimeException ifItIsNew) {
    long frame = FrameSize.of(append) + sealedBytes;
    if (frame > options.maxAppendBytes()) {
      return CompletableFuture.failedFuture(
          new AppendTooLargeException(
              "append "
                  + append.id()
                  + " takes "
                  + frame
                  + " bytes; at most "
                  + options.maxAppendBytes()
                  + " are allowed (maxAppendBytes): split it, or keep large data elsewhere"));
    }
    PendingAppend pending = new PendingAppend(append, Frame.aligned((int) frame), elsewhere);
    pending.ifItIsNew = ifItIsNew;
    RuntimeException refusal = offer(pending);
    return refusal == null ? pending : CompletableFuture.failedFuture(refusal);
  }

  private @Nullable RuntimeException offer(PendingAppend pending) {
    return switch (writer.offer(pending)) {
      case TAKEN -> null;
      case FULL -> {
        activity.overloaded();
        yield new StoreOverloadedException(
            "the store in "
                + location
                + " has "
                + writer.waiting().appends()
                + " appends waiting; nothing of this one was stored: try again later");
      }
      case CLOSED ->
          writer.failure() != null ? Objects.requireNonNull(writer.failure()) : closedFailure();
    };
  }

  /** The writer decides on an append again when what it needs from an archive is here. */
  private void fetch(PendingAppend pending, SegmentElsewhereException where) {
    if (pending.nextFetch() > MAX_FETCHES) {
      pending.completeExceptionally(
          new StoreArchiveException(
              "deciding on append "
                  + pending.append().id()
                  + " needs more than "
                  + MAX_FETCHES
                  + " MiB of archived segments; let its condition begin at a newer position",
              null));
      return;
    }
    CompletableFuture<Void> unused =
        seams
            .scheduler()
            .call(
                "millrace-log-fetch",
                () -> {
                  where.fetch();
                  return null;
                })
            .handle((fetched, failed) -> {
              RuntimeException refusal = failed == null ? offerAgain(pending) : unfetched(failed);
              if (refusal != null) {
                pending.completeExceptionally(refusal);
              }
              return null;
            });
  }

  /** Meanwhile the store may have been moved. */
  private @Nullable RuntimeException offerAgain(PendingAppend pending) {
    Departure there = departure;
    if (there == null) {
      return offer(pending);
    }
    MoveTarget moved = there.enter();
    if (moved != null) {
      pending.ifItIsNew = new StoreMovedException(identity, moved.address());
      return offer(pending);
    }
    try {
      return offer(pending);
    } finally {
      there.left();
    }
  }

  /** Where appends are asked about that come in for the second time. */
  public void checkBeforeTryingAgain(Departure there) {
    departure = there;
  }

  private static RuntimeException unfetched(Throwable failed) {
    Throwable cause = failed instanceof CompletionException ? failed.getCause() : failed;
    return cause instanceof MillraceException known
        ? known
        : new StoreArchiveException("an archived segment could not be read: " + cause, cause);
  }

  /** See {@link LogEventStore#archive}. */
  public synchronized CompletableFuture<LogArchival> archive(
      ArchivePolicy policy, LogProgress progress) {
    checkOpen();
    return closing != null
        ? CompletableFuture.failedFuture(closedFailure())
        : archiver.move(policy, untilClosed(progress));
  }

  /** See {@link LogEventStore#unarchive}. */
  public synchronized CompletableFuture<LogArchival> unarchive(LogProgress progress) {
    checkOpen();
    return closing != null
        ? CompletableFuture.failedFuture(closedFailure())
        : archiver.fetchBack(untilClosed(progress));
  }

  public Optional<StoredAppend> find(UUID appendId) {
    checkOpen();
    return reader.find(appendId);
  }

  public EventPage read(Query query, long from, Direction direction, int limit) {
    checkOpen();
    return reader.read(query, from, direction, limit);
  }

  public Subscription subscribe(Query query, long after) {
    checkOpen();
    return new LogSubscription(this, visible, reader.compile(query), reader, after);
  }

  public SnapshotStore snapshots() {
    checkOpen();
    return snapshots;
  }

  /** See {@link LogEventStore#eachSnapshot}. */
  public void eachSnapshot(Consumer<Snapshot> sink) {
    checkOpen();
    snapshots.each(sink);
  }

  public long bytes() {
    checkOpen();
    long bytes = 0;
    for (Segment segment : visible.segments()) {
      bytes += segment.end();
    }
    return bytes;
  }

  /** See {@link LogEventStore#activity}. */
  public StoreActivity activity() {
    checkOpen();
    return activity.now(
        writer.waiting(), visible.segments().length, archiver.archivedSegments(), watch);
  }

  /** See {@link LogEventStore#backup}. */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public synchronized CompletableFuture<LogBackup> backup(Disk target, LogProgress progress) {
    checkOpen();
    if (closing != null) {
      return CompletableFuture.failedFuture(closedFailure());
    }
    List<BackupSource> segments = BackupSource.of(visible.segments());
    Instant made = seams.clock().instant();
    CompletableFuture<LogBackup> backup =
        seams
            .scheduler()
            .call(
                "millrace-log-backup",
                () -> Backup.run(disk, () -> segments, target, made, untilClosed(progress)))
            .thenCompose(running -> running);
    works = CompletableFuture.allOf(works, backup.handle((ended, failed) -> null));
    return backup;
  }

  /** See {@link LogEventStore#rotateKey}. */
  public synchronized CompletableFuture<Integer> rotateKey(MasterKey next) {
    checkOpen();
    if (closing != null) {
      return CompletableFuture.failedFuture(closedFailure());
    }
    CompletableFuture<Integer> rotation = KeyRotation.running(disk, keys, seams.scheduler(), next);
    works = CompletableFuture.allOf(works, rotation.handle((ended, failed) -> null));
    return rotation;
  }

  private LogProgress untilClosed(LogProgress progress) {
    return new LogProgress() {
      @Override
      public void at(long done, long total) {
        progress.at(done, total);
      }

      @Override
      public boolean goesOn() {
        return !ending && progress.goesOn();
      }
    };
  }

  void checkOpen() {
    if (closed) {
      throw closedFailure();
    }
  }

  private StoreClosedException closedFailure() {
    return new StoreClosedException("the store in " + location + " is closed; open it again");
  }

  /** Finishes what was accepted, then gives the folder back. */
  public synchronized CompletableFuture<Void> close() {
    if (closing == null) {
      ending = true;
      closing =
          writer
              .close()
              .thenCompose(ended -> works)
              .thenCompose(ended -> archiver.drain())
              .thenCompose(ended -> snapshots.drain())
              .thenCompose(ended -> indexes.close())
              .thenRun(this::release);
    }
    return closing;
  }

  private void release() {
    closed = true;
    for (Segment segment : visible.segments()) {
      Closing.quietly(segment.file());
    }
    for (Run run : visible.runs()) {
      run.closeIndex();
    }
    Closing.quietly(lock);
  }
}
