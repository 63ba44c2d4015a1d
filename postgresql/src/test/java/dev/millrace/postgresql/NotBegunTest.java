package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.Receipt;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.store.EventStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a process says of a processor whose work it has not been given. */
final class NotBegunTest {
  record Counted(long number) {}

  @Test
  void aProjectionThatNobodyHasBegunHasNotStarted() throws Exception {
    String schema = TestServer.newSchema();
    String url = TestServer.shared().url(schema);
    try (EventStore store = EventStore.open(url);
        JdbcReadModel rows = JdbcReadModel.open(schema, () -> connect(schema));
        Connection other = TestServer.shared().connect()) {
      other.setAutoCommit(false);
      try (Statement statement = other.createStatement()) {
        statement.execute("LOCK TABLE " + schema + ".lease"); // nobody gets anything
      }
      try (Millrace millrace = Millrace.host(counting(rows), store)) {
        CompletableFuture<Void> begun =
            millrace.reached(
                "count", new Receipt("counts", store.identity(), 0, 0, Instant.EPOCH, false));
        assertThatThrownBy(() -> begun.get(500, TimeUnit.MILLISECONDS))
            .isInstanceOf(TimeoutException.class);
        other.rollback();
        begun.get(1, TimeUnit.MINUTES);
        List<Long> counted =
            rows.read(
                tables -> tables.query("SELECT count(*) FROM counted", row -> row.getLong(1)));
        assertThat(counted).containsExactly(0L);
      }
    }
  }

  private static Connection connect(String schema) throws SQLException {
    Connection connection = TestServer.shared().connect();
    connection.setSchema(schema);
    return connection;
  }

  private static Context counting(JdbcReadModel readModel) {
    return Context.named("counts")
        .events(Events.of(Counted.class).name("counted", Counted.class))
        .projection(
            Projection.named("count", 1)
                .into(readModel)
                .creating(rows -> rows.update("CREATE TABLE counted (number BIGINT)"))
                .on(
                    Counted.class,
                    (event, rows) -> rows.update("INSERT INTO counted VALUES (?)", event.number())))
        .build();
  }
}
