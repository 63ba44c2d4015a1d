package dev.millrace.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A PostgreSQL server with the usual table of events, in processes of its own. */
final class PostgresqlServer implements AutoCloseable {
  private static final String TABLE =
      "CREATE TABLE events (position bigserial PRIMARY KEY, id uuid NOT NULL,"
          + " stream text NOT NULL, type text NOT NULL, data bytea NOT NULL,"
          + " recorded timestamptz NOT NULL DEFAULT now())";
  private static final String INDEX = "CREATE INDEX events_stream ON events (stream, position)";

  /** Durable, and with room to work; the rest as it comes. */
  private static final Map<String, String> CONFIGURATION =
      Map.of(
          "fsync", "on",
          "synchronous_commit", "on",
          "shared_buffers", "1GB",
          "wal_level", "minimal",
          "max_wal_senders", "0",
          "max_wal_size", "8GB",
          "checkpoint_timeout", "15min");

  private static final List<String> SHOWN =
      List.of(
          "server_version",
          "fsync",
          "synchronous_commit",
          "wal_sync_method",
          "full_page_writes",
          "shared_buffers",
          "wal_level",
          "max_wal_size",
          "checkpoint_timeout");

  private final EmbeddedPostgres postgres;

  private PostgresqlServer(EmbeddedPostgres postgres) {
    this.postgres = postgres;
  }

  /** Starts one with its data in a folder. */
  static PostgresqlServer start(Path folder) throws IOException, SQLException {
    EmbeddedPostgres.Builder builder =
        EmbeddedPostgres.builder()
            .setDataDirectory(folder.resolve("data"))
            .setOverrideWorkingDirectory(folder.resolve("programs").toFile());
    CONFIGURATION.forEach(builder::setServerConfig);
    PostgresqlServer server = new PostgresqlServer(builder.start());
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(TABLE);
      statement.execute(INDEX);
    }
    return server;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl() + "&prepareThreshold=1");
  }

  /** For the driver; a batch becomes one statement. */
  String jdbcUrl() {
    return postgres.getJdbcUrl("postgres", "postgres") + "&reWriteBatchedInserts=true";
  }

  /** A store of ours in a schema of its own. */
  String storeUrl(String schema) {
    return "postgresql://postgres@localhost:" + postgres.getPort() + "/postgres?schema=" + schema;
  }

  /** What it is and how it is set, as it says itself. */
  Map<String, Object> settings() throws SQLException {
    Map<String, Object> settings = new LinkedHashMap<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String name : SHOWN) {
        try (ResultSet value = statement.executeQuery("SHOW " + name)) {
          settings.put(name, value.next() ? value.getString(1) : "");
        }
      }
    }
    settings.put("table", TABLE + "; " + INDEX);
    return settings;
  }

  @Override
  public void close() throws IOException {
    postgres.close();
  }
}
