package dev.millrace.postgresql;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.testkit.contract.JdbcReadModelContract;
import java.sql.SQLException;
import java.sql.Statement;

/** Read models in PostgreSQL, each in a schema that nobody has used. */
final class PostgresqlReadModelTest extends JdbcReadModelContract {
  @Override
  protected JdbcReadModel open() {
    String schema = TestServer.newSchema();
    try {
      TestServer.shared().execute("CREATE SCHEMA " + schema);
      TestServer.shared().execute("DROP SCHEMA IF EXISTS contract_sums_v2 CASCADE");
      TestServer.shared().execute("DROP SCHEMA IF EXISTS contract_sums_v3 CASCADE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return JdbcReadModel.open(
        "schema " + schema,
        () -> {
          var connection = TestServer.shared().connect();
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET search_path = " + schema);
          }
          return connection;
        });
  }
}
