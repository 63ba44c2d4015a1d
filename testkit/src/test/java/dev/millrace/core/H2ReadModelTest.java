package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.testkit.contract.JdbcReadModelContract;
import java.util.List;
import java.util.UUID;
import org.h2.tools.Server;
import org.junit.jupiter.api.Test;

/** The embedded database. */
final class H2ReadModelTest extends JdbcReadModelContract {
  @Override
  protected JdbcReadModel open() {
    return JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
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
