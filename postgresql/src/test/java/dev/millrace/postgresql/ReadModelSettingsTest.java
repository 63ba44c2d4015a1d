package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.readmodel.Fences;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.readmodel.ReadModelException;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Read models on a server, whatever its settings are. */
final class ReadModelSettingsTest {
  private static String url(String options) {
    return "jdbc:postgresql://localhost:"
        + TestServer.shared().port()
        + "/postgres?user=postgres&currentSchema=public"
        + options;
  }

  @ParameterizedTest
  @ValueSource(strings = {"read\\%20committed", "repeatable\\%20read", "serializable"})
  void transactionsRunAtReadCommittedWhateverTheDefaultIs(String level) {
    String url = url("&options=-c%20default_transaction_isolation=" + level);
    try (JdbcReadModel readModel = JdbcReadModel.open(url)) {
      for (int i = 0; i < 3; i++) { // of a connection that is kept, too
        assertThat(
                readModel.<String>read(
                    tx -> tx.query("SHOW transaction_isolation", row -> row.getString(1)).get(0)))
            .isEqualTo("read committed");
      }
    }
  }

  @Test
  void aTransactionThatDoesNothingForTooLongSaysSo() {
    String url = url("");
    Duration limit = Duration.ofMillis(50);
    try (JdbcReadModel readModel =
        JdbcReadModel.open(url, () -> DriverManager.getConnection(url), limit)) {
      Fences<JdbcTransaction> fences = readModel.fences().orElseThrow();
      assertThatThrownBy(() ->
              readModel.read(tx -> {
                fences.add(tx, "bank", "none", List.of(new Fences.Fence(0, 1, 0)));
                var unused = fences.hold(tx, "bank", "none", List.of(0), Fences.Hold.HANDLING);
                int backend = tx.query("SELECT pg_backend_pid()", row -> row.getInt(1)).get(0);
                TestServer.shared()
                    .awaitTrue(
                        "SELECT NOT EXISTS (SELECT 1 FROM pg_stat_activity WHERE pid = "
                            + backend
                            + ")");
                return tx.query("SELECT 1", row -> row.getInt(1));
              }))
          .isInstanceOf(ReadModelException.class)
          .hasMessageContaining("no statement ran for PT0.05S")
          .hasMessageContaining("longer idle limit");
    }
  }
}
