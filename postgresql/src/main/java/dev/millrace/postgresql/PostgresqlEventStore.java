package dev.millrace.postgresql;

import dev.millrace.core.lease.Leases;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.postgresql.internal.Engine;
import dev.millrace.postgresql.internal.StoreArrival;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The event store on PostgreSQL 14 or later, for as many processes as the server has connections
 * for.
 *
 * <p>Most programs open it with {@code EventStore.open("postgresql://…")}. It keeps the contract of
 * {@link EventStore}; the appends of a process that wait at the same time are stored in one
 * transaction. Reads, and polls of subscriptions, ask the database on the thread that calls them. A
 * connection that is lost is opened again, and an append that was under way is tried again with its
 * id for as long as {@link PostgresqlOptions#retry} says.
 */
public final class PostgresqlEventStore implements MovableStore {
  private final Engine engine;

  private PostgresqlEventStore(Engine engine) {
    this.engine = engine;
  }

  /**
   * Opens a store, and makes its schema and tables, or those of a newer version, where they are
   * missing.
   *
   * @throws dev.millrace.core.store.StoreUnavailableException when the server does not answer
   * @throws dev.millrace.core.store.StoreMismatchException when the tables are a copy, as after a
   *     dump was restored; see {@link #reconcile}
   */
  public static PostgresqlEventStore open(PostgresqlOptions options, Seams seams) {
    return new PostgresqlEventStore(Engine.open(options, seams));
  }

  /**
   * Tables into which another store is copied; see {@link dev.millrace.core.store.StoreMigration}.
   */
  public static StoreCopy copy(PostgresqlOptions options, Seams seams, StoreIdentity identity) {
    return StoreArrival.open(options, seams, identity, PostgresqlEventStore::new);
  }

  /** How the history of a copy goes on. */
  public enum Continuation {
    /** Nothing can be missing, as after {@code pg_upgrade}: positions mean what they meant. */
    SAME_HISTORY,
    /** Events may be missing, or go on elsewhere: a new history epoch begins. */
    NEW_HISTORY
  }

  /**
   * Says how the history goes on of tables that were restored, copied or moved. No process should
   * have the store open.
   *
   * @return the identity from now on
   */
  public static StoreIdentity reconcile(
      PostgresqlOptions options, Seams seams, Continuation continuation) {
    return Engine.reconcile(options, seams, continuation == Continuation.SAME_HISTORY);
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
    return engine.append(append);
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
  public List<CopiedAppend> appends(long after, int limit) {
    return engine.appends(after, limit);
  }

  @Override
  public void eachSnapshot(Consumer<Snapshot> sink) {
    engine.eachSnapshot(sink);
  }

  @Override
  public void leave(MoveTarget to) {
    engine.leave(to);
  }

  @Override
  public boolean stay(MoveTarget to) {
    return engine.stay(to);
  }

  @Override
  public Optional<MoveTarget> movedTo() {
    return engine.movedTo();
  }

  @Override
  public SnapshotStore snapshots() {
    return engine.snapshots();
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public Optional<Leases> leases() {
    return Optional.of(engine.leases());
  }

  /** Of the tables of events, with their indexes, as the server says. */
  @Override
  public OptionalLong bytes() {
    return engine.bytes();
  }

  @Override
  public Optional<StoreActivity> activity() {
    return Optional.of(engine.activity());
  }

  @Override
  public void close() {
    engine.close();
  }
}
