package dev.millrace.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/** A PostgreSQL server in processes of its own; its data are in the build's temporary folder. */
final class TestServer implements AutoCloseable {
  private static final AtomicInteger SCHEMAS = new AtomicInteger();

  private final EmbeddedPostgres postgres;

  private TestServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** The one that all tests of a JVM share; it ends with the JVM. */
  static TestServer shared() {
    return Shared.SERVER;
  }

  private static final class Shared {
    static final TestServer SERVER = startShared();

    private static TestServer startShared() {
      try {
        return start("max_connections", "300");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Starts one with settings, names and values in turn. */
  static TestServer start(String... settings) throws IOException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "off") // of tests that cut no power
            .setServerConfig("shared_buffers", "256MB");
    for (int i = 0; i < settings.length; i += 2) {
      builder.setServerConfig(settings[i], settings[i + 1]);
    }
    return new TestServer(builder.start());
  }

  /**
   * Starts a streaming standby of this server: its files are copied while it runs, as a base backup
   * is, and the rest is streamed.
   */
  TestServer startStandby(Path folder, String name) throws IOException, SQLException {
    Files.createDirectories(folder);
    try (Connection backup = connect();
        Statement statement = backup.createStatement()) {
      statement.execute("SELECT pg_backup_start('standby', true)");
      copy(dataFolder(), folder);
      try (ResultSet label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop()")) {
        label.next();
        Files.writeString(folder.resolve("backup_label"), label.getString(1));
      }
    }
    Files.deleteIfExists(folder.resolve("postmaster.pid"));
    Files.writeString(folder.resolve("standby.signal"), "");
    Files.writeString(
        folder.resolve("postgresql.auto.conf"),
        "primary_conninfo = 'host=localhost port=%d user=postgres application_name=%s'%n"
            .formatted(port(), name));
    Process owner =
        new ProcessBuilder("chown", "-R", "--reference=" + dataFolder(), folder.toString()).start();
    Process mode = new ProcessBuilder("chmod", "-R", "go-rwx", folder.toString()).start();
    owner.onExit().join();
    mode.onExit().join();
    TestServer standby =
        new TestServer(
            EmbeddedPostgres.builder()
                .setServerConfig("fsync", "off")
                .setServerConfig("hot_standby", "on")
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .start());
    standby.awaitTrue("SELECT pg_is_in_recovery()");
    awaitTrue("SELECT count(*) > 0 FROM pg_stat_replication WHERE state = 'streaming'");
    return standby;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else if (Files.isRegularFile(file)) {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  private Path dataFolder() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW data_directory")) {
      row.next();
      return Path.of(row.getString(1));
    }
  }

  /** Ends all of its processes at once, as a power failure would. */
  void kill() throws IOException, SQLException {
    List<String> lines = Files.readAllLines(dataFolder().resolve("postmaster.pid"));
    ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(lines.get(0).strip())).orElseThrow();
    List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
    all.add(0, postmaster);
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(process -> process.onExit().join());
  }

  /** Makes a standby the primary. */
  void promote() throws SQLException {
    execute("SELECT pg_promote()");
    awaitTrue("SELECT NOT pg_is_in_recovery()");
  }

  /** Asks until the answer is true. */
  void awaitTrue(String question) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (true) {
      try (Connection connection = connect();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(question)) {
        if (row.next() && row.getBoolean(1)) {
          return;
        }
      } catch (SQLException notYet) {
        if (System.nanoTime() > deadline) {
          throw notYet;
        }
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("it did not become true: " + question);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  int port() {
    return postgres.getPort();
  }

  /** A schema that nobody has used. */
  static String newSchema() {
    return "store_" + SCHEMAS.incrementAndGet();
  }

  String url(String schema) {
    return url(port(), schema);
  }

  static String url(int port, String schema) {
    return "postgresql://postgres@localhost:" + port + "/postgres?schema=" + schema;
  }

  /** A connection to look at the tables, or to do harm. */
  Connection connect() throws SQLException {
    return postgres.getPostgresDatabase().getConnection();
  }

  void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
