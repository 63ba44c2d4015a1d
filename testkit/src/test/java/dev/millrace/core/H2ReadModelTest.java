package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.testkit.contract.JdbcReadModelContract;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;

/** The embedded database. */
final class H2ReadModelTest extends JdbcReadModelContract {
  @Override
  protected JdbcReadModel open() {
    return JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }

  @Test
  void aDropWaitsForNoTransactionThatWaitsForIt() {
    assertTimeoutPreemptively(
        Duration.ofSeconds(30),
        () -> {
          try (JdbcReadModel readModel = open()) {
            RowsVersion anywhere = RowsVersion.inPlace("shop", "sums", 1, List.of());
            AtomicBoolean dropped = new AtomicBoolean();
            Thread drops =
                new Thread(() -> {
                  try {
                    dropped.set(readModel.transactAlone(anywhere, tx -> true));
                  } catch (Exception e) {
                    throw new AssertionError(e);
                  }
                });
            readModel.transact(outer -> {
              drops.start();
              while (drops.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
              }
              return readModel.transact(nested -> nested.query("SELECT 1", row -> row.getInt(1)));
            });
            drops.join();
            assertThat(dropped).isTrue();
            assertThatThrownBy(
                    () -> readModel.transact(outer -> readModel.transactAlone(anywhere, tx -> 1)))
                .hasMessageContaining("within a transaction");
          }
        });
  }

  @Test
  void aConnectionThatWasToldHalfOfWhereToLookIsToldAgain() throws Exception {
    String url = "jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1";
    AtomicBoolean fails = new AtomicBoolean();
    JdbcReadModel.ConnectionSource source =
        () -> failing(DriverManager.getConnection(url), "SET SCHEMA_SEARCH_PATH", fails);
    try (JdbcReadModel readModel = JdbcReadModel.open(url, source)) {
      RowsVersion second =
          new RowsVersion("shop", "sums", 2, "shop_sums_v2", RowsVersion.State.LIVE, List.of());
      RowsVersion plain = RowsVersion.inPlace("shop", "sums", 1, List.of());
      readModel.transact(
          plain,
          tx -> {
            readModel.addVersion(tx, second);
            return true;
          });
      fails.set(true);
      assertThatThrownBy(() -> readModel.transact(second, tx -> true)).hasMessageContaining("cut");
      fails.set(false);
      List<String> looksIn =
          readModel.transact(
              plain, tx -> tx.query("SELECT CURRENT_SCHEMA()", row -> row.getString(1)));
      assertThat(looksIn).containsExactly("PUBLIC");
    }
  }

  private static Connection failing(Connection connection, String sql, AtomicBoolean fails) {
    return (Connection)
        Proxy.newProxyInstance(
            H2ReadModelTest.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (fails.get()
                  && method.getName().equals("prepareStatement")
                  && ((String) arguments[0]).contains(sql)) {
                throw new SQLException("cut");
              }
              try {
                return method.invoke(connection, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void aServerThatKeepsNoVersionsRefusesRowsOfOne() throws Exception {
    Server server = Server.createTcpServer("-tcpPort", "0", "-ifNotExists").start();
    String url = "jdbc:h2:tcp://localhost:" + server.getPort() + "/mem:" + UUID.randomUUID();
    try (JdbcReadModel readModel = JdbcReadModel.open(url)) {
      RowsVersion second =
          new RowsVersion("shop", "sums", 2, "shop_sums_v2", RowsVersion.State.LIVE, List.of());
      assertThatThrownBy(() -> readModel.transact(second, transaction -> true))
          .isInstanceOf(UnsupportedOperationException.class);
    } finally {
      server.stop();
    }
  }
}
