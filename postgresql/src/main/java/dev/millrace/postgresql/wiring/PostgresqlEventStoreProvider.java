package dev.millrace.postgresql.wiring;

import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.EventStoreProvider;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.postgresql.PostgresqlEventStore;
import dev.millrace.postgresql.PostgresqlOptions;

/**
 * Opens {@code postgresql://user:password@host:port/database?option=value}; see {@link
 * PostgresqlOptions#parse}.
 */
public final class PostgresqlEventStoreProvider implements EventStoreProvider {
  @Override
  public String scheme() {
    return "postgresql";
  }

  @Override
  public EventStore open(String url, Seams seams) {
    return PostgresqlEventStore.open(PostgresqlOptions.parse(url), seams);
  }

  @Override
  public StoreCopy copy(String url, Seams seams, StoreIdentity identity) {
    return PostgresqlEventStore.copy(PostgresqlOptions.parse(url), seams, identity);
  }
}
