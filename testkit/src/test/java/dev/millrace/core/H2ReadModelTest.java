package dev.millrace.core;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.testkit.contract.JdbcReadModelContract;
import java.util.UUID;

/** The embedded database. */
final class H2ReadModelTest extends JdbcReadModelContract {
  @Override
  protected JdbcReadModel open() {
    return JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  }
}
