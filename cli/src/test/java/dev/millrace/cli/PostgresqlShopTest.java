package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shop with its events and read models in PostgreSQL, through the command. */
final class PostgresqlShopTest {
  @TempDir Path folder;

  private CliRun run(String store, String... arguments) {
    return CliRun.in(folder)
        .with("MILLRACE_DATA", folder.resolve("data").toString())
        .with("MILLRACE_STORE", store)
        .run(arguments);
  }

  @Test
  void theDemoRunsAndGoesOnAndItsReadModelsAreMadeAgain() throws Exception {
    try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
      String store =
          "postgresql://postgres@localhost:" + server.getPort() + "/postgres?schema=shop";
      CliRun first = run(store, "demo", "--json", "--rate", "200", "--duration", "2s");
      assertThat(first.code).as(first.err()).isZero();
      Map<String, Object> summary = JsonText.lastLine(first);
      assertThat((Integer) summary.get("commands")).isPositive();

      CliRun second = run(store, "demo", "--json", "--rate", "200", "--duration", "1s");
      assertThat((Integer) JsonText.object(second.outLines().getFirst()).get("events"))
          .isPositive();

      CliRun before = run(store, "retail", "report", "--json");
      CliRun replayed = run(store, "replay", "--json");
      assertThat(replayed.code).as(replayed.err()).isZero();
      CliRun after = run(store, "retail", "report", "--json");
      assertThat(after.out()).isEqualTo(before.out()).contains("revenue");

      try (Connection connection = server.getPostgresDatabase().getConnection();
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT (SELECT max(position) FROM shop.event),"
                      + " (SELECT min(position) FROM shop_read.millrace_checkpoint)")) {
        row.next();
        assertThat(row.getLong(1)).isPositive().isEqualTo(row.getLong(2));
      }
      CliRun newest = run(store, "tail", "-n", "1");
      assertThat(newest.code).as(newest.err()).isZero();
      assertThat(newest.outLines()).isNotEmpty();

      CliRun reconciled = run(store, "store", "reconcile", "--new-history");
      assertThat(reconciled.out()).contains("is in history 2");
      CliRun refused = run(store, "retail", "report");
      assertThat(refused.code).isEqualTo(1);
      assertThat(refused.err()).contains("millrace replay");
    }
  }
}
