package dev.millrace.postgresql.internal;

import dev.millrace.core.lease.Hosting;
import dev.millrace.core.lease.Lease;
import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseKey;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import dev.millrace.core.seam.Scheduler;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Leases in two tables, over a connection of its own that waits for no longer than a lease lasts. A
 * renewal is sent at once, as a whole transaction, so that a process that is paused keeps nobody
 * waiting; changes come one after the other, under an advisory lock, which a paused process loses.
 */
final class PostgresqlLeases implements Leases, AutoCloseable {
  private static final String FIELD = "\u001F";

  private final Database database;
  private final Scheduler scheduler;
  private final LeaseStatements statements;
  private final ReentrantLock using = new ReentrantLock();
  private @Nullable Connection kept;
  private volatile boolean closed;

  PostgresqlLeases(Database database, String schema, Scheduler scheduler) {
    this.database = database;
    this.scheduler = scheduler;
    this.statements = new LeaseStatements(schema);
  }

  @Override
  public CompletableFuture<LeaseTable> renew(Member member, Duration time) {
    return call("leases cannot be renewed", time, connection -> renew(connection, member, time));
  }

  private LeaseTable renew(Connection connection, Member member, Duration time)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(statements.renew())) {
      statement.setLong(1, time.toMillis());
      statement.setObject(2, member.id());
      statement.execute();
      return read(statement);
    }
  }

  @Override
  public CompletableFuture<LeaseTable> change(
      Member member, Duration time, Function<LeaseTable, LeaseChange> decision) {
    return call(
        "leases cannot be changed",
        time,
        connection -> {
          LeaseTable before = begin(connection, member, time);
          LeaseChange change = decision.apply(before);
          write(connection, member.id(), change);
          return after(before, member.id(), change);
        });
  }

  private LeaseTable begin(Connection connection, Member member, Duration time)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(statements.begin())) {
      statement.setLong(1, statements.lock());
      statement.setObject(2, member.id());
      statement.setString(3, Text.write(member.name()));
      statement.setLong(4, time.toMillis());
      statement.setString(5, write(member.hosts()));
      statement.execute();
      GroupTransaction.nextRows(statement).close(); // of the lock
      return read(statement);
    }
  }

  private void write(Connection connection, UUID member, LeaseChange change) throws SQLException {
    List<LeaseKey> released = change.released();
    List<LeaseChange.Taken> taken = change.taken();
    try (PreparedStatement statement = connection.prepareStatement(statements.write())) {
      int at = bind(connection, statement, 0, released);
      statement.setObject(++at, member);
      statement.setObject(++at, member);
      at = bind(connection, statement, at, taken.stream().map(LeaseChange.Taken::key).toList());
      Long[] epochs = taken.stream().map(LeaseChange.Taken::epoch).toArray(Long[]::new);
      statement.setArray(++at, connection.createArrayOf("int8", epochs));
      statement.execute();
    }
  }

  private static int bind(
      Connection connection, PreparedStatement statement, int after, List<LeaseKey> keys)
      throws SQLException {
    int at = after;
    String[] contexts = keys.stream().map(key -> Text.write(key.context())).toArray(String[]::new);
    String[] names = keys.stream().map(key -> Text.write(key.processor())).toArray(String[]::new);
    Integer[] shares = keys.stream().map(LeaseKey::share).toArray(Integer[]::new);
    statement.setArray(++at, connection.createArrayOf("text", contexts));
    statement.setArray(++at, connection.createArrayOf("text", names));
    statement.setArray(++at, connection.createArrayOf("int4", shares));
    return at;
  }

  private static LeaseTable after(LeaseTable before, UUID member, LeaseChange change) {
    Map<LeaseKey, Lease> leases = new TreeMap<>();
    before.leases().forEach(lease -> leases.put(lease.key(), lease));
    change
        .released()
        .forEach(key ->
            leases.computeIfPresent(key, (same, lease) -> new Lease(key, lease.epoch(), null)));
    change.taken().forEach(one -> leases.put(one.key(), new Lease(one.key(), one.epoch(), member)));
    return new LeaseTable(before.members(), List.copyOf(leases.values()));
  }

  @Override
  public CompletableFuture<Void> leave(UUID member) {
    return call(
            "leases cannot be given back",
            Duration.ofSeconds(5),
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(statements.leave())) {
                statement.setObject(1, member);
                statement.setObject(2, member);
                return statement.execute();
              }
            })
        .thenAccept(done -> {});
  }

  private static String write(List<Hosting> hosts) {
    List<String> lines = new ArrayList<>();
    for (Hosting one : hosts) {
      lines.add(
          String.join(
              FIELD,
              Text.write(one.context()),
              Text.write(one.processor()),
              Integer.toString(one.version()),
              Integer.toString(one.shares())));
    }
    return String.join("\n", lines);
  }

  private static List<Hosting> hosts(String text) {
    List<Hosting> hosts = new ArrayList<>();
    for (String line : text.isEmpty() ? new String[0] : text.split("\n", -1)) {
      String[] fields = line.split(FIELD, -1);
      hosts.add(
          new Hosting(
              Text.read(fields[0]),
              Text.read(fields[1]),
              Integer.parseInt(fields[2]),
              Integer.parseInt(fields[3])));
    }
    return hosts;
  }

  private static LeaseTable read(PreparedStatement statement) throws SQLException {
    List<Member> members = new ArrayList<>();
    try (ResultSet rows = GroupTransaction.nextRows(statement)) {
      while (rows.next()) {
        members.add(
            new Member(
                rows.getObject(1, UUID.class),
                Text.read(rows.getString(2)),
                hosts(rows.getString(3))));
      }
    }
    List<Lease> leases = new ArrayList<>();
    try (ResultSet rows = GroupTransaction.nextRows(statement)) {
      while (rows.next()) {
        LeaseKey key =
            new LeaseKey(
                Text.read(rows.getString(1)), Text.read(rows.getString(2)), rows.getInt(3));
        leases.add(new Lease(key, rows.getLong(4), rows.getObject(5, UUID.class)));
      }
    }
    return new LeaseTable(members, leases);
  }

  private <T> CompletableFuture<T> call(String what, Duration time, Database.Work<T> work) {
    return scheduler.call(
        "postgresql leases",
        () -> {
          using.lock();
          try {
            return work.run(connection(time));
          } catch (SQLException failure) {
            giveUp();
            throw Database.failed(what, failure);
          } catch (RuntimeException failure) { // the transaction must not stay open
            giveUp();
            throw failure;
          } finally {
            using.unlock();
          }
        });
  }

  private Connection connection(Duration time) throws SQLException {
    Connection connection = kept;
    if (closed) {
      throw new SQLException("the store is closed", "08003");
    }
    if (connection == null) {
      connection = database.connect();
      connection.setNetworkTimeout(Runnable::run, Math.toIntExact(time.toMillis()));
      kept = connection;
    }
    return connection;
  }

  private void giveUp() {
    Connection connection = kept;
    kept = null;
    if (connection != null) {
      try {
        connection.abort(Runnable::run);
      } catch (SQLException gone) {
        // it was of no use any more
        org.slf4j.LoggerFactory.getLogger(PostgresqlLeases.class)
            .debug("a connection that failed could not be closed", gone);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    using.lock();
    try {
      giveUp();
    } finally {
      using.unlock();
    }
  }
}
