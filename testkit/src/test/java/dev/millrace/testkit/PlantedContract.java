package dev.millrace.testkit;

import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.EventStoreContract;
import java.util.concurrent.atomic.AtomicLong;

/** The contract of event stores on a store with a fault; only {@link PlantedFaultsTest} runs it. */
final class PlantedContract extends EventStoreContract {
  private static final AtomicLong STORES = new AtomicLong();

  /** Set by the test that runs this, which runs one at a time. */
  static volatile Planted planted = Planted.NOTHING;

  @Override
  protected EventStore open() {
    return PlantedStore.create(planted, STORES.incrementAndGet());
  }

  @Override
  protected EventStore reopen(EventStore store) {
    return ((PlantedStore) store).reopen();
  }
}
