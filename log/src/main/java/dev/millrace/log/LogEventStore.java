package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.WholeAppends;
import dev.millrace.log.internal.Departure;
import dev.millrace.log.internal.Engine;
import dev.millrace.log.internal.Hash64;
import dev.millrace.log.spi.MasterKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * The embedded event store, on any {@link Disk}.
 *
 * <p>Most programs open it with {@code EventStore.open("log:folder")}. It keeps the contract of
 * {@link EventStore}; appends wait in a bounded queue, and each group of them is made durable with
 * one sync.
 */
public final class LogEventStore implements MovableStore {
  private final Engine engine;
  private final Departure departure;

  private LogEventStore(Engine engine, Departure departure) {
    this.departure = departure;
    engine.checkBeforeTryingAgain(departure);
    this.engine = engine;
  }

  /**
   * Opens a store, or makes one when there is none.
   *
   * @throws dev.millrace.core.store.StoreLockedException when another process has it
   * @throws dev.millrace.core.store.StoreDamagedException when durable bytes are damaged
   */
  public static LogEventStore open(Disk disk, Seams seams, LogOptions options) {
    return join(opening(disk, seams, options));
  }

  private static LogEventStore join(CompletableFuture<LogEventStore> opening) {
    try {
      return opening.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  /**
   * Opens a store that is encrypted, or makes one.
   *
   * @throws dev.millrace.core.store.StoreKeyException when the key is not that of the store
   * @throws IllegalArgumentException when the seams' random source is not a {@link
   *     java.security.SecureRandom}
   */
  public static LogEventStore open(
      Disk disk, Seams seams, LogOptions options, Encryption encryption) {
    return join(opening(disk, seams, options, encryption));
  }

  /** The same as {@link #open}, without waiting for a disk that completes later. */
  public static CompletableFuture<LogEventStore> opening(
      Disk disk, Seams seams, LogOptions options) {
    return opening(disk, seams, options, Encryption.NONE);
  }

  /** The same for a store that is encrypted. */
  public static CompletableFuture<LogEventStore> opening(
      Disk disk, Seams seams, LogOptions options, Encryption encryption) {
    return Engine.open(disk, seams, options, encryption)
        .thenCompose(engine -> opened(engine, disk, seams));
  }

  /** The file is read under the folder's lock, which a failure gives back. */
  private static CompletableFuture<LogEventStore> opened(Engine engine, Disk disk, Seams seams) {
    try {
      return CompletableFuture.completedFuture(
          new LogEventStore(engine, Departure.of(disk, seams)));
    } catch (MillraceException failed) {
      return engine
          .close()
          .thenApply(closed -> {
            throw failed;
          });
    }
  }

  /** The same with another hash of index keys, as a test has it that wants collisions. */
  static LogEventStore open(Disk disk, Seams seams, LogOptions options, Hash64 hash) {
    return new LogEventStore(
        Engine.open(disk, seams, options, hash).join(), Departure.of(disk, seams));
  }

  /** What was found when the store was opened. */
  public RecoveryReport recovery() {
    return engine.recovery();
  }

  @Override
  public StoreIdentity identity() {
    return engine.identity();
  }

  @Override
  public long head() {
    return engine.head();
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    MoveTarget moved = departure.enter();
    if (moved != null) { // what is stored is answered with its place, and nothing else is stored
      return engine.appendedBefore(append, new StoreMovedException(identity(), moved.address()));
    }
    try {
      return engine.append(append);
    } finally {
      departure.left();
    }
  }

  @Override
  public List<CopiedAppend> appends(long after, int limit) {
    return WholeAppends.read(this, after, limit);
  }

  @Override
  public void eachSnapshot(Consumer<Snapshot> sink) {
    engine.eachSnapshot(sink);
  }

  @Override
  public void leave(MoveTarget to) {
    departure.leave(identity(), to, () -> engine.activity().queue().appends() == 0);
  }

  @Override
  public boolean stay(MoveTarget to) {
    return departure.stay(to);
  }

  @Override
  public Optional<MoveTarget> movedTo() {
    return departure.to();
  }

  @Override
  public Optional<StoredAppend> find(UUID appendId) {
    return engine.find(appendId);
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    return engine.read(query, from, direction, limit);
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    return engine.subscribe(query, after);
  }

  @Override
  public SnapshotStore snapshots() {
    return engine.snapshots();
  }

  /** Of all segments, without what is prepared for the next appends. */
  @Override
  public OptionalLong bytes() {
    return OptionalLong.of(engine.bytes());
  }

  @Override
  public Optional<StoreActivity> activity() {
    return Optional.of(engine.activity());
  }

  /**
   * Copies the store into a folder of backups, with every event that is visible when it is called;
   * see {@link LogFolder#backup}. Appends and reads go on. Closing the store ends it.
   *
   * @param target must not be in the store's folder
   * @return completes when the backup is durable, or as {@link LogFolder#backup} throws
   */
  public CompletableFuture<LogBackup> backup(Disk target, LogProgress progress) {
    return engine.backup(target, progress);
  }

  /**
   * Moves sealed segments to an archive. Appends and reads go on; what is archived is read from
   * there, on the thread that reads. The writer never waits for an archive: an append that needs
   * something from there is decided when it has been fetched.
   *
   * @return completes when all that is due has been moved; exceptionally with a {@link
   *     dev.millrace.core.store.StoreFailedException} when a disk or the archive failed: what was
   *     not moved is where it was
   */
  public CompletableFuture<LogArchival> archive(ArchivePolicy policy, LogProgress progress) {
    return engine.archive(policy, progress);
  }

  /** Fetches all segments back that were archived; their copies in the archive stay. */
  public CompletableFuture<LogArchival> unarchive(LogProgress progress) {
    return engine.unarchive(progress);
  }

  /**
   * Has another master key wrap the data keys of an encrypted store; see {@link
   * LogFolder#rotateKey}. Appends and reads go on; a new segment waits for it. When it fails, the
   * old key stays in use.
   *
   * @param next from when this completes on, the only key that opens the store
   * @return completes with the number of keys that were wrapped when that is durable; exceptionally
   *     with a {@link dev.millrace.core.store.StoreKeyException} when the store is plain or a key
   *     cannot be had, or a {@link dev.millrace.core.store.StoreFailedException} when the disk
   *     failed: should the process end then, either key may be the one that opens the store
   */
  public CompletableFuture<Integer> rotateKey(MasterKey next) {
    return engine.rotateKey(next);
  }

  @Override
  public CompletableFuture<Integer> rotateKey(String source) {
    try {
      return rotateKey(Encryption.key(source));
    } catch (IllegalArgumentException | MillraceException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /** The same as {@link #close}, without waiting for a disk that completes later. */
  public CompletableFuture<Void> closing() {
    return engine.close();
  }

  @Override
  public void close() {
    closing().join();
  }
}
