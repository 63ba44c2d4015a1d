package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Tenant;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A condition or a read by type alone costs what its own tenant has, not what all have. */
final class ManyTenantsTest {
  private static final int TENANTS = 20;
  private static final int EVENTS = 2_000;
  private static final Tenant QUIET = new Tenant("quiet");
  private static final NewEvent EVENT = new NewEvent("invoiced", 1, List.of(), Bytes.utf8("x"));

  private final String schema = TestServer.newSchema();

  private static Append append(long number, Tenant tenant, int events) {
    return Append.of(new UUID(1, number), Collections.nCopies(events, EVENT)).forTenant(tenant);
  }

  private static Query invoiced(Tenant tenant) {
    return Query.types("invoiced").forTenant(tenant);
  }

  @Test
  void aTypeOfOneTenantIsFoundWithoutThoseOfTheOthers() throws Exception {
    String url = TestServer.shared().url(schema);
    try (EventStore store = EventStore.open(url)) {
      store.append(append(0, QUIET, 1)).get(60, TimeUnit.SECONDS);
      for (int i = 1; i <= TENANTS; i++) {
        store.append(append(i, new Tenant("t-" + i), EVENTS)).get(60, TimeUnit.SECONDS);
      }
    }
    TestServer.shared().execute("VACUUM ANALYZE " + schema + ".event");
    long before = fetched();
    try (EventStore store = EventStore.open(url)) {
      Append quiet = append(100, QUIET, 1);
      assertThat(appended(store, quiet.onlyIf(noneAfter(QUIET, 0)))).isEqualTo(new Conflict(1));
      assertThat(appended(store, quiet.onlyIf(noneAfter(QUIET, 1)))).isInstanceOf(Appended.class);
      assertThat(store.read(invoiced(QUIET), 1, Direction.FORWARD, 10).events()).hasSize(1);
      assertThat(store.read(invoiced(QUIET), Long.MAX_VALUE, Direction.BACKWARD, 10).events())
          .isNotEmpty();
    }
    assertThat(fetched() - before).as("rows that were fetched").isBetween(1L, 9_000L);
    try (EventStore store = EventStore.open(url)) {
      Append first = append(101, Tenant.DEFAULT, 1);
      assertThat(appended(store, first.onlyIf(noneAfter(Tenant.DEFAULT, 0))))
          .as("nothing of the default tenant is there")
          .isInstanceOf(Appended.class);
      assertThat(appended(store, append(102, QUIET, 1).onlyIf(noneAfter(Tenant.DEFAULT, 0))))
          .isInstanceOf(Conflict.class);
    }
  }

  private static AppendCondition noneAfter(Tenant tenant, long after) {
    return AppendCondition.noneMatching(invoiced(tenant), after);
  }

  private static Object appended(EventStore store, Append append) throws Exception {
    return store.append(append).get(60, TimeUnit.SECONDS);
  }

  private long fetched() throws Exception {
    try (Connection connection = TestServer.shared().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_stat_force_next_flush()");
      statement.execute("SELECT pg_stat_clear_snapshot()");
      try (ResultSet row =
          statement.executeQuery(
              "SELECT idx_tup_fetch FROM pg_stat_user_tables WHERE schemaname = '"
                  + schema
                  + "' AND relname = 'event'")) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
