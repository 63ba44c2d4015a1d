package dev.millrace.postgresql;

import dev.millrace.core.Context;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.postgresql.SharingProcess.Paid;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.network.TcpProxy;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Processes that share a store and a read model, each behind a proxy of its own; and who looks on.
 */
final class SharingProcesses implements AutoCloseable {
  static final long LEASE_MILLIS = 2_000;
  static final int ACCOUNTS = 40;

  private static final Context CONTEXT =
      Context.named("bank").events(SharingProcess.EVENTS).build();
  private static final List<String> JVM =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx160m");

  private final TestServer server = TestServer.shared();
  private final String schema = TestServer.newSchema();
  private final String reads = schema + "_read";
  private final Path logs;
  private final EventStore store;
  private final Map<String, One> processes = new LinkedHashMap<>();
  private final AtomicLong numbers = new AtomicLong();

  /**
   * A process.
   *
   * @param proxy between it and the store
   * @param rows between it and the read model: never cut, since a commit whose answer is lost is
   *     another matter
   */
  record One(String name, Process process, TcpProxy proxy, TcpProxy rows) {
    void close() {
      proxy.close();
      rows.close();
    }

    void signal(String signal) {
      try {
        new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
      } catch (IOException e) {
        throw new IllegalStateException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  SharingProcesses(Path logs) throws SQLException {
    this.logs = logs;
    server.execute("CREATE SCHEMA " + reads);
    for (String table : List.of("in_order", "by_account")) {
      server.execute(SharingProcess.table(reads + "." + table));
    }
    store = EventStore.open(server.url(schema));
  }

  EventStore store() {
    return store;
  }

  /** Starts one, which joins soon. */
  One start(String name) throws IOException {
    TcpProxy proxy = TcpProxy.to(server.port());
    TcpProxy rows = TcpProxy.to(server.port());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(JVM);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(SharingProcess.class.getName());
    command.add(name);
    command.add(TestServer.url(proxy.port(), schema) + "&retry-seconds=5");
    command.add(
        "jdbc:postgresql://localhost:"
            + rows.port()
            + "/postgres?user=postgres&connectTimeout=5&socketTimeout=20&currentSchema="
            + reads);
    command.add(Long.toString(LEASE_MILLIS));
    File log = logs.resolve(name + ".log").toFile();
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
            .start();
    One one = new One(name, process, proxy, rows);
    processes.put(name, one);
    return one;
  }

  List<One> all() {
    return List.copyOf(processes.values());
  }

  /** Has one leave by itself; waits until it has ended. */
  void leave(One one) throws IOException, InterruptedException {
    processes.remove(one.name());
    one.process().getOutputStream().close();
    if (!one.process().waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError(one.name() + " does not leave");
    }
    one.close();
  }

  /** Kills one. */
  void kill(One one) throws InterruptedException {
    processes.remove(one.name());
    one.signal("KILL");
    one.process().waitFor();
    one.close();
  }

  /** Appends some events at once. */
  void append(int events) {
    List<dev.millrace.core.store.NewEvent> group = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      long number = numbers.incrementAndGet();
      group.add(CONTEXT.writeEvent(new Paid("a" + number * 7919 % ACCOUNTS, number)));
    }
    store.append(Append.of(UUID.randomUUID(), group)).join();
  }

  /** How many were appended. */
  long appended() {
    return numbers.get();
  }

  /** How many events a table has counted. */
  long handled(String table) throws SQLException {
    return (long)
        read("SELECT coalesce(sum(handled), 0) FROM " + reads + "." + table).getOrDefault("", 0L);
  }

  /** How many shares of the work by account each member has. */
  Map<String, Long> shares() throws SQLException {
    return read(
        "SELECT m.name, count(l.share) FROM %s.member m LEFT JOIN %s.lease l ON l.holder = m.id AND l.processor = 'by_account' WHERE m.expires > now() GROUP BY m.name"
            .formatted(schema, schema));
  }

  /** Who has a processor of one share; empty: nobody. */
  String holder(String processor) throws SQLException {
    Map<String, Long> found =
        read(
            "SELECT m.name, 1 FROM %s.member m JOIN %s.lease l ON l.holder = m.id WHERE l.processor = '%s'"
                .formatted(schema, schema, processor));
    return found.isEmpty() ? "" : found.keySet().iterator().next();
  }

  private Map<String, Long> read(String sql) throws SQLException {
    Map<String, Long> found = new TreeMap<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        found.put(columns == 1 ? "" : rows.getString(1), rows.getLong(columns));
      }
    }
    return found;
  }

  /** A question that is asked until it is true. */
  interface Question {
    boolean isSo() throws SQLException;
  }

  /** Waits, and answers how many milliseconds it took. */
  long await(String what, Question question) throws SQLException {
    long begin = System.nanoTime();
    while (!question.isSo()) {
      if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(90)) {
        throw new AssertionError(
            "not within 90 s: "
                + what
                + "; appended "
                + appended()
                + ", in order "
                + handled("in_order")
                + ", by account "
                + handled("by_account")
                + ", shares "
                + shares()
                + "; the logs of the processes are in "
                + logs);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
  }

  /** Whether so many members have their equal shares of all. */
  boolean isSpread(int members) throws SQLException {
    Map<String, Long> shares = shares();
    return shares.size() == members
        && shares.values().stream().mapToLong(Long::longValue).sum() == 64
        && shares.values().stream().allMatch(one -> Math.abs(one - 64 / members) <= 1);
  }

  /** Waits until all is handled, and compares with a fold of the log. */
  void check() throws SQLException {
    await("all is counted in order", () -> handled("in_order") >= appended());
    await("all is counted by account", () -> handled("by_account") >= appended());
    await("all is noted", () -> notes().size() >= appended());
    Map<String, Long> inOrder = new TreeMap<>();
    Map<String, Long> byAccount = new TreeMap<>();
    for (RecordedEvent event : History.everything(store)) {
      if (CONTEXT.readEvent(event) instanceof Paid paid) {
        inOrder.merge("all", paid.number(), (a, b) -> SharingProcess.folded(a, b));
        byAccount.merge(paid.account(), paid.number(), (a, b) -> SharingProcess.folded(a, b));
      }
    }
    assertSame("in_order", inOrder);
    assertSame("by_account", byAccount);
    if (notes().size() != appended()) {
      throw new AssertionError(notes().size() + " notes of " + appended() + " payments");
    }
  }

  private void assertSame(String table, Map<String, Long> folded) throws SQLException {
    Map<String, Long> found = read("SELECT name, folded FROM " + reads + "." + table);
    long handled = handled(table);
    if (!found.equals(folded) || handled != appended()) {
      throw new AssertionError(
          table + " is " + found + " of " + handled + ", the log " + folded + " of " + appended());
    }
  }

  private List<RecordedEvent> notes() {
    return History.everything(store).stream()
        .filter(event -> event.type().equals("noted"))
        .toList();
  }

  @Override
  public void close() {
    for (One one : processes.values()) {
      one.signal("KILL");
      one.close();
    }
    store.close();
  }
}
