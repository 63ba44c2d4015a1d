package dev.millrace.postgresql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

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
