package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.history.History;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Somebody else on the server has a transaction open that never ends. */
final class LongTransactionTest {

  @Test
  void aTransactionInAnotherDatabaseHoldsUpNobody() throws Exception {
    TestServer server = TestServer.shared();
    server.execute("CREATE DATABASE elsewhere");
    String elsewhere = "jdbc:postgresql://localhost:" + server.port() + "/elsewhere?user=postgres";
    String url = server.url(TestServer.newSchema());
    try (Connection other = DriverManager.getConnection(elsewhere);
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      other.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      statement.execute(
          "CREATE TABLE t AS SELECT 1 AS n"); // it has a transaction id and a snapshot
      try (EventStore writer = EventStore.open(url);
          EventStore reader = EventStore.open(url);
          Subscription subscription = reader.subscribe(Query.all(), 0)) {
        for (int i = 1; i <= 50; i++) {
          Append append =
              Append.of(new UUID(1, i), List.of(new NewEvent("a", 1, List.of(), Bytes.utf8("x"))));
          assertThat(writer.append(append).get(30, TimeUnit.SECONDS)).isInstanceOf(Appended.class);
          assertThat(reader.head()).isEqualTo(i);
          assertThat(subscription.poll(10).events()).hasSize(1);
        }
        assertThat(History.everything(reader)).hasSize(50);
      }
      other.rollback();
    }
    server.execute("DROP DATABASE elsewhere");
  }
}
