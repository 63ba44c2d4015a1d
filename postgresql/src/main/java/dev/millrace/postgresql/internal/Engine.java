package dev.millrace.postgresql.internal;

import dev.millrace.core.lease.Leases;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreActivity;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.postgresql.PostgresqlOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The store, put together. */
public final class Engine {
  /** Largest append, in bytes of events. */
  private static final long MAX_APPEND_BYTES = 16L << 20;

  private final PostgresqlOptions options;
  private final Database database;
  private final Tables tables;
  private final StoreIdentity identity;
  private final Continuity continuity;
  private final Heads heads;
  private final News news;
  private final Activity activity;
  private final Appender appender;
  private final PostgresqlSnapshots snapshots;
  private final PostgresqlLeases leases;
  private final AtomicBoolean closed = new AtomicBoolean();

  private Engine(
      PostgresqlOptions options,
      Seams seams,
      Database database,
      Tables tables,
      History history,
      History.Current current) {
    this.options = options;
    this.continuity = new Continuity(current, options.synchronous());
    this.database = database;
    this.tables = tables;
    this.identity = current.identity();
    this.heads = new Heads();
    this.activity = new Activity();
    this.news =
        new News(
            database,
            tables,
            continuity,
            seams.scheduler(),
            heads,
            options.poll(),
            "millrace_" + identity.id().toString().replace("-", ""));
    this.appender =
        new Appender(
            database,
            tables,
            seams,
            history,
            continuity,
            heads,
            news,
            activity,
            options.retry(),
            options.synchronous());
    this.snapshots = new PostgresqlSnapshots(database, tables, seams.scheduler(), identity);
    this.leases = new PostgresqlLeases(database, options.schema(), seams.scheduler());
  }

  /** Opens a store, and makes its tables when there are none. */
  public static Engine open(PostgresqlOptions options, Seams seams) {
    return open(options, seams, false);
  }

  static Engine open(PostgresqlOptions options, Seams seams, boolean evenIfArriving) {
    Database database = Database.open(options);
    try {
      Tables tables = new Tables(options.schema());
      History history = new History(tables, options.synchronous(), evenIfArriving);
      new Migrations(database, options.schema()).run();
      History.Current current;
      try (Connection connection = database.connect()) {
        current = history.open(connection, seams.newId());
      }
      Engine engine = new Engine(options, seams, database, tables, history, current);
      engine.head();
      return engine;
    } catch (SQLException failure) {
      database.close();
      throw Database.failed(
          "the store in schema " + options.schema() + " cannot be opened", failure);
    } catch (RuntimeException failure) {
      database.close();
      throw failure;
    }
  }

  /** Says how the history of a copy goes on. */
  public static StoreIdentity reconcile(
      PostgresqlOptions options, Seams seams, boolean sameHistory) {
    try (Database database = Database.open(options);
        Connection connection = database.connect()) {
      return new History(new Tables(options.schema()), options.synchronous())
          .reconcile(connection, seams.newId(), sameHistory)
          .identity();
    } catch (SQLException failure) {
      throw Database.failed(
          "the store in schema " + options.schema() + " cannot be reconciled", failure);
    }
  }

  public StoreIdentity identity() {
    return identity;
  }

  public long head() {
    checkOpen();
    continuity.check();
    long known = heads.known();
    long head =
        database.use("the head cannot be read", c -> new Reads(c, tables, continuity).head());
    continuity.checkHead(head, known);
    heads.publish(head);
    return head;
  }

  public CompletableFuture<AppendResult> append(Append append) {
    PendingAppend pending = new PendingAppend(append);
    if (pending.bytes() > MAX_APPEND_BYTES) {
      return CompletableFuture.failedFuture(
          new AppendTooLargeException(
              "an append has "
                  + pending.bytes()
                  + " bytes, and the store takes "
                  + MAX_APPEND_BYTES
                  + "; append less at a time"));
    }
    return switch (appender.offer(pending)) {
      case TAKEN -> pending;
      case FULL -> {
        activity.overloaded();
        yield CompletableFuture.failedFuture(
            new StoreOverloadedException(
                "too many appends wait for the database ("
                    + appender.queue().waiting().appends()
                    + "); nothing was stored, try again later"));
      }
      case CLOSED -> CompletableFuture.failedFuture(closedFailure());
    };
  }

  public Optional<StoredAppend> find(UUID appendId) {
    checkOpen();
    continuity.check();
    return database.use("an append cannot be found", connection -> find(connection, appendId));
  }

  private Optional<StoredAppend> find(Connection connection, UUID id) throws SQLException {
    String sql = tables.history() + tables.find();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setObject(1, id);
      try (ResultSet row = Reads.rows(statement, continuity)) {
        if (!row.next()) {
          return Optional.empty();
        }
        return Optional.of(
            new StoredAppend(
                id,
                row.getLong(1),
                row.getLong(2),
                Micros.instant(row.getLong(3)),
                EventRow.metadata(row, 4),
                EventRow.command(row, 8)));
      }
    }
  }

  public EventPage read(Query query, long from, Direction direction, int limit) {
    if (from < 0) {
      throw new IllegalArgumentException("from must not be negative: " + from);
    }
    if (limit < 1 || limit > EventStore.MAX_PAGE) {
      throw new IllegalArgumentException(
          "limit must be 1 to " + EventStore.MAX_PAGE + ": " + limit);
    }
    checkOpen();
    continuity.check();
    long visible = heads.known() >= from && from > 0 ? heads.known() : head();
    boolean forward = direction == Direction.FORWARD;
    long low = forward ? Math.max(from, 1) : 1;
    long high = forward ? visible : Math.min(from, visible);
    if (low > high) {
      return new EventPage(
          List.of(), forward ? Math.max(from - 1, visible < from ? from - 1 : 0) : high + 1);
    }
    return database.use(
        "events cannot be read",
        connection ->
            new Reads(connection, tables, continuity).read(query, low, high, direction, limit));
  }

  public Subscription subscribe(Query query, long after) {
    checkOpen();
    return new PostgresqlSubscription(this, heads, query, after);
  }

  /** See {@link dev.millrace.core.store.MovableStore#appends}. */
  public List<CopiedAppend> appends(long after, int limit) {
    checkOpen();
    continuity.check();
    return database.use(
        "appends cannot be read",
        connection ->
            new Appends(connection, tables).after(after, Math.min(limit, Reads.MAX_ROWS)));
  }

  /** See {@link dev.millrace.core.store.MovableStore#eachSnapshot}. */
  public void eachSnapshot(Consumer<Snapshot> sink) {
    checkOpen();
    snapshots.each(sink);
  }

  /** See {@link dev.millrace.core.store.MovableStore#leave}. */
  public void leave(MoveTarget to) {
    MoveTarget there = move(tables.leave(), to, 2);
    if (!to.equals(there)) {
      if (there != null) {
        to.checkAfter(identity, there);
      }
      throw new StoreFailedException("the row of " + tables.store() + " is gone; restore it");
    }
  }

  /** See {@link dev.millrace.core.store.MovableStore#stay}. */
  public boolean stay(MoveTarget to) {
    boolean left = movedTo().filter(to::equals).isPresent();
    return left && move(tables.stay(), to, 1) == null;
  }

  /**
   * Under the lock of appends: those before it are stored, and none after it is.
   *
   * @param times how often the statement names the target
   * @return where the events go on now
   */
  private @Nullable MoveTarget move(String update, MoveTarget to, int times) {
    checkOpen();
    continuity.check();
    String sql = Tables.BEGIN + Tables.LOCK + update + tables.movedTo() + "COMMIT";
    Optional<MoveTarget> now =
        database.use(
            "the store cannot be moved",
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(sql)) {
                int at = 0;
                statement.setLong(++at, identity.id().getMostSignificantBits());
                for (int i = 0; i < times; i++) {
                  statement.setString(++at, to.address());
                  statement.setObject(++at, to.copy());
                  statement.setLong(++at, to.turn());
                }
                statement.execute();
                GroupTransaction.nextRows(statement).close(); // of the lock
                return target(GroupTransaction.nextRows(statement));
              } catch (SQLException failure) {
                GroupTransaction.rollback(connection);
                throw failure;
              }
            });
    return now.orElse(null);
  }

  private static Optional<MoveTarget> target(ResultSet row) throws SQLException {
    try (row) {
      if (!row.next() || row.getString(1) == null) {
        return Optional.empty();
      }
      UUID copy = row.getObject(2, UUID.class);
      return Optional.of(
          new MoveTarget(row.getString(1), copy == null ? new UUID(0, 0) : copy, row.getLong(3)));
    }
  }

  /** Where its events go on. */
  public Optional<MoveTarget> movedTo() {
    checkOpen();
    return database.use(
        "the store cannot be asked where it went",
        connection -> {
          try (PreparedStatement statement = connection.prepareStatement(tables.movedTo())) {
            return target(statement.executeQuery());
          }
        });
  }

  public SnapshotStore snapshots() {
    return snapshots;
  }

  public Leases leases() {
    return leases;
  }

  /** Of the tables of events, with their indexes. */
  public OptionalLong bytes() {
    checkOpen();
    return OptionalLong.of(
        database.use(
            "the size cannot be read",
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(tables.bytes());
                  ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
              }
            }));
  }

  public StoreActivity activity() {
    return activity.report(appender.queue().waiting());
  }

  void follow() {
    news.follow();
  }

  void checkOpen() {
    if (closed.get()) {
      throw closedFailure();
    }
  }

  private StoreClosedException closedFailure() {
    return new StoreClosedException(
        "the store in schema " + options.schema() + " was closed; open it again");
  }

  /** Finishes what was accepted. */
  public void close() {
    if (closed.compareAndSet(false, true)) {
      appender.close().join();
      leases.close();
      news.close();
      database.close();
    }
  }
}
