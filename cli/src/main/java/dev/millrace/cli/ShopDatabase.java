package dev.millrace.cli;

import dev.millrace.core.Tracing;
import dev.millrace.postgresql.PostgresqlOptions;
import dev.millrace.retail.RetailApplication;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The retail application in a PostgreSQL database: events in one schema, read models in another.
 *
 * @param storeUrl of the events
 * @param readModelUrl of the read models, as JDBC takes it
 */
record ShopDatabase(String storeUrl, String readModelUrl) {
  private static final String READ_MODELS = "_read";

  /**
   * The database that the command was given.
   *
   * @throws FailureException when it does not answer
   */
  static ShopDatabase of(Invocation invocation) {
    String storeUrl = invocation.configuration().store();
    PostgresqlOptions options = PostgresqlOptions.parse(storeUrl);
    String schema = options.schema() + READ_MODELS;
    try (Connection connection = DriverManager.getConnection(options.jdbcUrl());
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA IF NOT EXISTS " + schema);
    } catch (SQLException e) {
      throw new FailureException("the database of --store: " + e.getMessage(), e);
    }
    return new ShopDatabase(storeUrl, options.jdbcUrl() + "&currentSchema=" + schema);
  }

  RetailApplication open(Path data, Tracing tracing) {
    return RetailApplication.open(data, storeUrl, readModelUrl, tracing);
  }

  RetailApplication openToReplay(Path data) {
    return RetailApplication.openToReplay(data, storeUrl, readModelUrl);
  }
}
