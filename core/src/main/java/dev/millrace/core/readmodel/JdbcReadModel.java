package dev.millrace.core.readmodel;

import dev.millrace.core.store.StoreIdentity;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A read model in a database with a JDBC driver. Connections are kept open, with their prepared
 * statements; at most {@value #MAX_CONNECTIONS} at a time, further transactions wait.
 *
 * <p>Transactions run at READ COMMITTED, whatever the default of the database is.
 *
 * <p>Checkpoints stand in the table {@code millrace_checkpoint}, which is created when absent.
 */
public final class JdbcReadModel implements ReadModel<JdbcTransaction> {
  /**
   * Most connections at a time; a transaction that is begun within another one waits for none of
   * them.
   */
  public static final int MAX_CONNECTIONS = 16;

  /** See {@link #open(String, ConnectionSource, Duration)}. */
  public static final Duration DEFAULT_IDLE_LIMIT = Duration.ofSeconds(10);

  private static final Duration LONGEST_IDLE_LIMIT = Duration.ofDays(1);

  private static final int OPENINGS = 3;

  private static final String CREATE_CHECKPOINTS =
      """
      CREATE TABLE IF NOT EXISTS millrace_checkpoint (
        context VARCHAR(128) NOT NULL,
        processor VARCHAR(128) NOT NULL,
        version INT NOT NULL,
        store_id VARCHAR(36) NOT NULL,
        epoch BIGINT NOT NULL,
        position BIGINT NOT NULL,
        PRIMARY KEY (context, processor))\
      """;

  private static final String CREATE_BLOCKED =
      """
      CREATE TABLE IF NOT EXISTS millrace_blocked_key (
        context VARCHAR(128) NOT NULL,
        processor VARCHAR(128) NOT NULL,
        id VARCHAR(16) NOT NULL,
        document TEXT NOT NULL,
        PRIMARY KEY (context, processor, id))\
      """;

  private static final String CREATE_SLOTS =
      """
      CREATE TABLE IF NOT EXISTS millrace_slot (
        context VARCHAR(128) NOT NULL,
        processor VARCHAR(128) NOT NULL,
        slot INT NOT NULL,
        ordering VARCHAR(128) NOT NULL,
        version INT NOT NULL,
        store_id VARCHAR(36) NOT NULL,
        epoch BIGINT NOT NULL,
        position BIGINT NOT NULL,
        finished TEXT NOT NULL,
        PRIMARY KEY (context, processor, slot))\
      """;

  private final ConnectionSource source;
  private final String location;
  private final Duration idleLimit;
  private final Semaphore permits = new Semaphore(MAX_CONNECTIONS, true);

  /** Threads that have a transaction here, in which they may begin another one. */
  private final Set<Thread> inTransaction = ConcurrentHashMap.newKeySet();

  private final ConcurrentLinkedQueue<JdbcTransaction> idle = new ConcurrentLinkedQueue<>();
  private @Nullable Fences<JdbcTransaction> fences;
  private volatile JdbcVersions.Dialect dialect = JdbcVersions.Dialect.OTHER;
  private volatile boolean closed;

  /** Opens connections. */
  @FunctionalInterface
  public interface ConnectionSource {
    /** A new connection, which the read model will close. */
    Connection open() throws SQLException;
  }

  private JdbcReadModel(String location, ConnectionSource source, Duration idleLimit) {
    this.location = location;
    this.source = source;
    this.idleLimit = idleLimit;
  }

  /**
   * Opens a read model by a JDBC URL.
   *
   * @throws ReadModelException when the database cannot be reached
   */
  public static JdbcReadModel open(String url) {
    return open(url, () -> DriverManager.getConnection(url));
  }

  /**
   * Opens a read model over connections from elsewhere, as from a {@code DataSource}.
   *
   * @param location where it is, for messages
   * @throws ReadModelException when the database cannot be reached
   */
  public static JdbcReadModel open(String location, ConnectionSource source) {
    return open(location, source, DEFAULT_IDLE_LIMIT);
  }

  /**
   * Opens a read model that several processes share on PostgreSQL.
   *
   * @param location where it is, for messages
   * @param idleLimit PostgreSQL ends a transaction of a processor in which no statement runs for so
   *     long, so that a process that is paused keeps nobody from taking its work over; 1 ms to 1
   *     day, 10 seconds unless set. It must be longer than what a handler does between two of its
   *     statements, as a call to another service: a handler that takes longer cannot commit. Its
   *     attempt fails with a {@link ReadModelException} that says so, and is made again without
   *     end, with the reason in the processor's status. Other databases know no such limit, and
   *     where one process has all of a processor there is none
   * @throws ReadModelException when the database cannot be reached
   */
  public static JdbcReadModel open(String location, ConnectionSource source, Duration idleLimit) {
    if (idleLimit.toMillis() < 1 || idleLimit.compareTo(LONGEST_IDLE_LIMIT) > 0) {
      throw new IllegalArgumentException(
          "a transaction may do nothing for 1 ms to " + LONGEST_IDLE_LIMIT + ", not " + idleLimit);
    }
    JdbcReadModel readModel = new JdbcReadModel(location, source, idleLimit);
    for (int attempt = 1; ; attempt++) {
      try {
        readModel.makeTables();
        return readModel;
      } catch (Exception e) {
        if (attempt == OPENINGS) { // another process may make the same tables at the same time
          throw new ReadModelException(
              "cannot open the read model " + location + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private void makeTables() throws Exception {
    transact(transaction -> {
      transaction.update(CREATE_CHECKPOINTS);
      transaction.update(CREATE_BLOCKED);
      transaction.update(CREATE_SLOTS);
      transaction.update(JdbcVersions.CREATE);
      Connection connection = transaction.connection();
      if (JdbcFences.isShared(connection)) {
        transaction.update(JdbcFences.CREATE);
        fences = JdbcFences.of(connection, idleLimit);
      }
      dialect = JdbcVersions.Dialect.of(transaction);
      return true;
    });
  }

  /** Queries, in a transaction of its own. */
  public <V> V read(Work<JdbcTransaction, V> query) {
    try {
      return transact(query);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ReadModelException("cannot read from " + location + ": " + e.getMessage(), e);
    }
  }

  @Override
  public <V> V transact(Work<JdbcTransaction, V> work) throws Exception {
    return transactIn(null, work);
  }

  @Override
  public <V> V transact(RowsVersion version, Work<JdbcTransaction, V> work) throws Exception {
    return transactIn(version, work);
  }

  private <V> V transactIn(@Nullable RowsVersion version, Work<JdbcTransaction, V> work)
      throws Exception {
    Thread self = Thread.currentThread();
    boolean isNested = inTransaction.contains(self);
    // whoever waits for all waits for the outer one, which must not wait behind it
    boolean isCounted = !isNested || permits.tryAcquire();
    if (!isNested) {
      permits.acquireUninterruptibly();
      inTransaction.add(self);
    }
    try {
      return run(version, work);
    } finally {
      if (!isNested) {
        inTransaction.remove(self);
      }
      if (isCounted) {
        permits.release();
      }
    }
  }

  /** In H2 nothing else runs meanwhile, and no connection is left that looks where it did. */
  @Override
  public <V> V transactAlone(RowsVersion rows, Work<JdbcTransaction, V> work) throws Exception {
    if (dialect != JdbcVersions.Dialect.H2) {
      return transactIn(rows, work);
    }
    if (inTransaction.contains(Thread.currentThread())) {
      throw new IllegalStateException(
          "tables of "
              + location
              + " cannot be dropped within a transaction, which waits for no other to end; ask for"
              + " it outside");
    }
    permits.acquireUninterruptibly(MAX_CONNECTIONS);
    try {
      return run(
          rows,
          transaction -> {
            closeIdle();
            return work.run(transaction);
          });
    } finally {
      permits.release(MAX_CONNECTIONS);
    }
  }

  private <V> V run(@Nullable RowsVersion version, Work<JdbcTransaction, V> work) throws Exception {
    if (closed) {
      throw new SQLNonTransientConnectionException("the read model " + location + " is closed");
    }
    JdbcTransaction kept = idle.poll();
    JdbcTransaction transaction = kept != null ? kept : new JdbcTransaction(source.open());
    boolean healthy = false;
    try {
      transaction.isolate();
      dialect.look(transaction, version);
      V result = work.run(transaction);
      transaction.commit();
      healthy = true;
      return result;
    } catch (Throwable failure) { // whatever it is, the transaction must not go on
      healthy = transaction.rollback(failure);
      if (wasIdle(failure)) {
        throw new ReadModelException(
            "the database ended a transaction in which no statement ran for "
                + idleLimit
                + ", so that a process that is paused keeps nobody waiting. If this process was not"
                + " paused, have the handler do less between its statements, or open the read model "
                + location
                + " with a longer idle limit",
            failure);
      }
      throw failure;
    } finally {
      if (healthy && !closed) {
        idle.add(transaction);
      } else {
        transaction.close();
      }
    }
  }

  private static boolean wasIdle(Throwable failure) {
    int depth = 0;
    for (Throwable one = failure; one != null && depth++ < 10; one = one.getCause()) {
      if (one instanceof SQLException sql && "25P03".equals(sql.getSQLState())) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Optional<Checkpoint> checkpoint(
      JdbcTransaction transaction, String context, String processor) {
    return checkpoint(transaction, context, processor, "");
  }

  @Override
  public Optional<Checkpoint> checkpointForUpdate(
      JdbcTransaction transaction, String context, String processor) {
    return checkpoint(transaction, context, processor, " FOR UPDATE");
  }

  private static Optional<Checkpoint> checkpoint(
      JdbcTransaction transaction, String context, String processor, String locking) {
    return transaction
        .query(
            "SELECT version, store_id, epoch, position FROM millrace_checkpoint"
                + " WHERE context = ? AND processor = ?"
                + locking,
            row ->
                new Checkpoint(
                    context,
                    processor,
                    row.getInt(1),
                    new StoreIdentity(UUID.fromString(row.getString(2)), row.getLong(3)),
                    row.getLong(4)),
            context,
            processor)
        .stream()
        .findFirst();
  }

  @Override
  public void save(JdbcTransaction transaction, Checkpoint checkpoint) {
    StoreIdentity store = checkpoint.store();
    int updated =
        transaction.update(
            "UPDATE millrace_checkpoint SET version = ?, store_id = ?, epoch = ?, position = ?"
                + " WHERE context = ? AND processor = ?",
            checkpoint.version(),
            store.id().toString(),
            store.epoch(),
            checkpoint.position(),
            checkpoint.context(),
            checkpoint.processor());
    if (updated == 0) {
      transaction.update(
          "INSERT INTO millrace_checkpoint"
              + " (version, store_id, epoch, position, context, processor)"
              + " VALUES (?, ?, ?, ?, ?, ?)",
          checkpoint.version(),
          store.id().toString(),
          store.epoch(),
          checkpoint.position(),
          checkpoint.context(),
          checkpoint.processor());
    }
  }

  @Override
  public boolean advance(JdbcTransaction transaction, long from, Checkpoint to) {
    return transaction.update(
            "UPDATE millrace_checkpoint SET position = ? WHERE context = ? AND processor = ?"
                + " AND position = ? AND version = ? AND store_id = ? AND epoch = ?",
            to.position(),
            to.context(),
            to.processor(),
            from,
            to.version(),
            to.store().id().toString(),
            to.store().epoch())
        == 1;
  }

  @Override
  public List<String> blocked(JdbcTransaction transaction, String context, String processor) {
    return transaction.query(
        "SELECT document FROM millrace_blocked_key WHERE context = ? AND processor = ?"
            + " FOR UPDATE",
        row -> row.getString(1),
        context,
        processor);
  }

  @Override
  public void saveBlocked(
      JdbcTransaction transaction,
      String context,
      String processor,
      String id,
      @Nullable String document) {
    if (document == null) {
      transaction.update(
          "DELETE FROM millrace_blocked_key WHERE context = ? AND processor = ? AND id = ?",
          context,
          processor,
          id);
      return;
    }
    int updated = // of a row that goes and comes, who waits for its lock would see nothing
        transaction.update(
            "UPDATE millrace_blocked_key SET document = ?"
                + " WHERE context = ? AND processor = ? AND id = ?",
            document,
            context,
            processor,
            id);
    if (updated == 0) {
      transaction.update(
          "INSERT INTO millrace_blocked_key (context, processor, id, document)"
              + " VALUES (?, ?, ?, ?)",
          context,
          processor,
          id,
          document);
    }
  }

  @Override
  public SlotCheckpoints slots(JdbcTransaction transaction, Checkpoint of) {
    return slots(transaction, of, "");
  }

  @Override
  public SlotCheckpoints slotsForUpdate(JdbcTransaction transaction, Checkpoint of) {
    return slots(transaction, of, " FOR UPDATE");
  }

  private static SlotCheckpoints slots(JdbcTransaction transaction, Checkpoint of, String locking) {
    String[] ordering = {""};
    List<SlotCheckpoint> slots =
        transaction.query(
            "SELECT slot, position, finished, ordering FROM millrace_slot WHERE context = ?"
                + " AND processor = ? AND version = ? AND store_id = ? AND epoch = ? ORDER BY slot"
                + locking,
            row -> {
              ordering[0] = row.getString(4);
              return slot(row.getInt(1), row.getLong(2), row.getString(3));
            },
            of.context(),
            of.processor(),
            of.version(),
            of.store().id().toString(),
            of.store().epoch());
    return new SlotCheckpoints(ordering[0], slots);
  }

  private static SlotCheckpoint slot(int slot, long position, String finished) {
    List<Long> positions = new ArrayList<>();
    long last = position;
    for (String step : finished.isEmpty() ? new String[0] : finished.split(",", -1)) {
      last += Long.parseLong(step);
      positions.add(last);
    }
    return new SlotCheckpoint(slot, position, positions);
  }

  /** Each as its distance from the one before. */
  private static String steps(SlotCheckpoint slot) {
    StringBuilder steps = new StringBuilder();
    long last = slot.position();
    for (long position : slot.finished()) {
      steps.append(steps.isEmpty() ? "" : ",").append(position - last);
      last = position;
    }
    return steps.toString();
  }

  @Override
  public void makeSlots(JdbcTransaction transaction, Checkpoint of, String ordering, int slots) {
    transaction.update(
        "DELETE FROM millrace_slot WHERE context = ? AND processor = ?",
        of.context(),
        of.processor());
    for (int slot = 0; slot < slots; slot++) {
      transaction.batch(
          "INSERT INTO millrace_slot (context, processor, slot, ordering, version, store_id, epoch,"
              + " position, finished) VALUES (?, ?, ?, ?, ?, ?, ?, 0, '')",
          of.context(),
          of.processor(),
          slot,
          ordering,
          of.version(),
          of.store().id().toString(),
          of.store().epoch());
    }
  }

  @Override
  public boolean finish(JdbcTransaction transaction, Checkpoint of, SlotCheckpoint finished) {
    List<SlotCheckpoint> before =
        transaction.query(
            "SELECT slot, position, finished FROM millrace_slot WHERE context = ? AND processor = ?"
                + " AND slot = ? AND version = ? AND store_id = ? AND epoch = ? FOR UPDATE",
            row -> slot(row.getInt(1), row.getLong(2), row.getString(3)),
            of.context(),
            of.processor(),
            finished.slot(),
            of.version(),
            of.store().id().toString(),
            of.store().epoch());
    if (before.isEmpty() || before.get(0).coversAnyOf(finished)) {
      return false;
    }
    SlotCheckpoint now = before.get(0).and(finished);
    transaction.update(
        "UPDATE millrace_slot SET position = ?, finished = ?"
            + " WHERE context = ? AND processor = ? AND slot = ?",
        now.position(),
        steps(now),
        of.context(),
        of.processor(),
        now.slot());
    return true;
  }

  @Override
  public Optional<Fences<JdbcTransaction>> fences() {
    return Optional.ofNullable(fences);
  }

  @Override
  public void forgetProgress(JdbcTransaction transaction, String context, String processor) {
    transaction.update(
        "DELETE FROM millrace_slot WHERE context = ? AND processor = ?", context, processor);
    transaction.update(
        "DELETE FROM millrace_blocked_key WHERE context = ? AND processor = ?", context, processor);
  }

  @Override
  public boolean keepsVersions(boolean createsTables) {
    return createsTables && dialect != JdbcVersions.Dialect.OTHER;
  }

  @Override
  public List<RowsVersion> versions(JdbcTransaction transaction, String context, String processor) {
    return JdbcVersions.all(transaction, context, processor, "");
  }

  @Override
  public List<RowsVersion> versionsForUpdate(
      JdbcTransaction transaction, String context, String processor) {
    return JdbcVersions.all(transaction, context, processor, dialect.locking());
  }

  @Override
  public void addVersion(JdbcTransaction transaction, RowsVersion version) {
    JdbcVersions.add(dialect, transaction, version);
  }

  @Override
  public void setState(JdbcTransaction transaction, RowsVersion version, RowsVersion.State state) {
    JdbcVersions.setState(transaction, version, state);
  }

  @Override
  public void show(JdbcTransaction transaction, RowsVersion version, List<String> tables) {
    JdbcVersions.show(transaction, version, tables);
  }

  @Override
  public void dropVersion(JdbcTransaction transaction, RowsVersion version) {
    JdbcVersions.drop(transaction, version);
  }

  @Override
  public void forgetVersion(JdbcTransaction transaction, RowsVersion version) {
    JdbcVersions.forget(transaction, version);
  }

  @Override
  public RowPage rows(JdbcTransaction transaction, RowQuery query) throws SQLException {
    return new JdbcRows(transaction, query).read();
  }

  @Override
  public List<String> key(JdbcTransaction transaction, String table) throws SQLException {
    RowQuery any = new RowQuery(table, List.of(), List.of(), null, 1);
    return new JdbcRows(transaction, any)
        .key().stream().map(column -> column.toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  public void close() {
    closed = true;
    closeIdle();
  }

  private void closeIdle() {
    JdbcTransaction transaction;
    while ((transaction = idle.poll()) != null) {
      transaction.close();
    }
  }
}
