package dev.millrace.postgresql;

import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.EventStoreContract;
import java.util.HashMap;
import java.util.Map;

/** The contract, on a real server. */
final class PostgresqlContractTest extends EventStoreContract {
  private final Map<EventStore, String> opened = new HashMap<>();

  @Override
  protected EventStore open() {
    return open(TestServer.shared().url(TestServer.newSchema()));
  }

  @Override
  protected EventStore reopen(EventStore store) {
    store.close();
    return open(opened.get(store));
  }

  private EventStore open(String url) {
    EventStore store = EventStore.open(url);
    opened.put(store, url);
    return store;
  }
}
