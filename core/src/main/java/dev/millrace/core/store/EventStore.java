package dev.millrace.core.store;

import dev.millrace.core.lease.Leases;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.wiring.SystemSeams;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The one source of truth: an append-only, totally ordered log of events.
 *
 * <p>The contract, which the test kit's suite holds every engine to:
 *
 * <ul>
 *   <li>All events of an append are stored, or none.
 *   <li>An append is durable before it is answered, and visible only when it is durable.
 *   <li>Every reader sees one total order, by position; a subscriber gets each event once.
 *   <li>An append whose condition does not hold stores nothing and is a conflict; appends are
 *       judged one after the other, in the order of their positions.
 *   <li>The same append id again answers as the first time, also after a restart; the same id with
 *       another tenant or other events is refused. This is judged before the condition.
 * </ul>
 *
 * <p>All methods are safe to call from any thread; none but {@link #close()} blocks on the disk for
 * longer than a read takes.
 */
public interface EventStore extends AutoCloseable {

  /**
   * Opens a store with the system's clock, chance and threads.
   *
   * @param url {@code scheme:rest}, as in {@code log:data}; the engine for the scheme must be on
   *     the class path
   * @throws UnsupportedStoreException when there is no engine for the scheme
   * @throws StoreLockedException when another process has it
   * @throws StoreDamagedException when durable bytes are damaged
   */
  static EventStore open(String url) {
    return open(url, SystemSeams.shared());
  }

  /** Opens a store with other seams; see {@link #open(String)}. */
  static EventStore open(String url, Seams seams) {
    return EventStoreProvider.find(url).open(url, seams);
  }

  /** Store id and history epoch. */
  StoreIdentity identity();

  /** The position of the newest visible event; 0 when there is none. */
  long head();

  /**
   * Appends.
   *
   * @return completes when durable, or with the conflict; exceptionally with {@link
   *     AppendIdReusedException}, {@link AppendTooLargeException}, {@link
   *     StoreOverloadedException}, {@link StoreFullException}, {@link StoreFailedException}, {@link
   *     StoreUnavailableException}, {@link StoreClosedException}. After a {@link
   *     StoreFailedException} the append may or may not be found when the store is opened again,
   *     after a {@link StoreUnavailableException} when the database answers again; append with the
   *     same id to learn which. Completions run on the writer's thread and must not block
   */
  CompletableFuture<AppendResult> append(Append append);

  /** What is known of an append, by its id. */
  Optional<StoredAppend> find(UUID appendId);

  /**
   * Reads visible events.
   *
   * @param query which
   * @param from first position to examine, inclusive; at least 0. A forward read beyond the head
   *     finds nothing; a backward read beyond the head begins at the head
   * @param direction which way
   * @param limit most events in the page, 1 to {@link #MAX_PAGE}
   */
  EventPage read(Query query, long from, Direction direction, int limit);

  /** Most events of one page. */
  int MAX_PAGE = 100_000;

  /**
   * Follows the store.
   *
   * @param query which events
   * @param after the position after which to begin; 0: the beginning
   */
  Subscription subscribe(Query query, long after);

  /** Where snapshots of this store's views are kept. */
  SnapshotStore snapshots();

  /**
   * The table of leases, by which several processes share the work on it; empty: it belongs to one
   * process.
   */
  default Optional<Leases> leases() {
    return Optional.empty();
  }

  /**
   * Whether each read asks another process, so that a decision on what is remembered is worth the
   * risk of a conflict.
   */
  default boolean isRemote() {
    return false;
  }

  /** Bytes that its appends take where they are kept; empty: the engine does not know. */
  default OptionalLong bytes() {
    return OptionalLong.empty();
  }

  /** What it has done since it was opened; empty: the engine does not count. */
  default Optional<StoreActivity> activity() {
    return Optional.empty();
  }

  /**
   * Has another master key protect the keys with which the store is encrypted; appends and reads go
   * on.
   *
   * @param source names the key, as in {@code file:/etc/next.key}; from when this completes on, the
   *     store opens with it only
   * @return completes with the number of keys that it protects now, durably; exceptionally with a
   *     {@link StoreKeyException} when the store is not encrypted by itself or the key cannot be
   *     had, with an {@link IllegalArgumentException} when nothing knows such a source, or with a
   *     {@link StoreFailedException}
   */
  default CompletableFuture<Integer> rotateKey(String source) {
    return CompletableFuture.failedFuture(
        new StoreKeyException("this store is not encrypted by itself, and has no key to change"));
  }

  /** Finishes what was accepted, then closes; later calls get {@link StoreClosedException}. */
  @Override
  void close();
}
