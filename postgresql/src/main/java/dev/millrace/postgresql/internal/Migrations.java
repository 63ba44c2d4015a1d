package dev.millrace.postgresql.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tables, and changes those of older versions. One process does it while others wait. A
 * version that is newer than this program is left as it is: migrations only add.
 */
final class Migrations {
  private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

  /** The newest version that this program knows. */
  static final int VERSION = 12;

  private static final String HISTORY = "schema_version";

  private final Database database;
  private final String schema;

  Migrations(Database database, String schema) {
    this.database = database;
    this.schema = schema;
  }

  void run() throws SQLException {
    if (version() >= VERSION) {
      return;
    }
    try (Connection connection = database.connect();
        PreparedStatement lock = connection.prepareStatement("SELECT pg_advisory_xact_lock(?)")) {
      connection.setAutoCommit(false);
      lock.setLong(1, Hashes.kind("millrace migration of " + schema));
      lock.execute();
      if (version() < VERSION) {
        migrate();
      }
      connection.rollback(); // nothing was done but to hold the lock
    }
  }

  private void migrate() {
    Flyway flyway =
        Flyway.configure(Migrations.class.getClassLoader())
            .dataSource(database.source())
            .schemas(schema)
            .defaultSchema(schema)
            .table(HISTORY)
            .locations("classpath:dev/millrace/postgresql/migration")
            .placeholderReplacement(false)
            .load();
    int done = flyway.migrate().migrationsExecuted;
    LOG.info("schema {}: {} migrations", schema, done);
  }

  private int version() throws SQLException {
    String table = '"' + schema + "\"." + HISTORY;
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT to_regclass('" + table + "')")) {
        row.next();
        if (row.getString(1) == null) {
          return 0;
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT coalesce(max(version::int), 0) FROM " + table + " WHERE success")) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
