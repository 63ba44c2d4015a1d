package dev.millrace.testkit;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;

/** Follows a {@link ModelEventStore} by reading on from where it was. */
final class ModelSubscription implements Subscription {
  private final ModelEventStore store;
  private final Query query;
  private volatile long position;
  private volatile Runnable onAvailable = () -> {};

  ModelSubscription(ModelEventStore store, Query query, long after) {
    this.store = store;
    this.query = query;
    this.position = after;
  }

  @Override
  public EventPage poll(int limit) {
    EventPage page =
        store.read(query, position + 1, Direction.FORWARD, Math.min(limit, EventStore.MAX_PAGE));
    position = page.examined();
    return page;
  }

  void wake() {
    onAvailable.run();
  }

  @Override
  public void onAvailable(Runnable wake) {
    onAvailable = wake;
    wake.run();
  }

  @Override
  public long position() {
    return position;
  }

  @Override
  public void close() {
    store.forget(this);
    onAvailable = () -> {};
  }
}
