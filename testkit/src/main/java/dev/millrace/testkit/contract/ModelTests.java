package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.ModelEventStore;
import java.time.InstantSource;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The store gives the same answers to the same random history as the model. */
abstract class ModelTests extends StoreTests {
  private static final int SEEDS = 12;
  private static final int STEPS = 250;

  private final EventStoreContract contract;

  ModelTests(EventStoreContract contract) {
    super(contract);
    this.contract = contract;
  }

  @Test
  void randomHistoriesGetTheAnswersOfTheModel() throws Exception {
    Seeds.forEach(
        SEEDS,
        seed -> {
          EventStore store = contract.open();
          try {
            ModelEventStore model = ModelEventStore.create(InstantSource.system(), new UUID(0, 1));
            ModelComparison comparison = new ModelComparison(store, model, seed);
            for (int step = 0; step < STEPS; step++) {
              comparison.step();
              if (step % 100 == 99) {
                store = contract.reopen(store);
                comparison.reopened(store);
              }
            }
            comparison.compareEverything();
          } finally {
            store.close();
          }
        });
  }

  @Test
  void theModelIsNotEmpty() {
    // a comparison of nothing with nothing would always succeed
    ModelEventStore model = ModelEventStore.create(InstantSource.system(), new UUID(0, 1));
    ModelEventStore other = ModelEventStore.create(InstantSource.system(), new UUID(0, 2));
    ModelComparison comparison = new ModelComparison(other, model, 1);
    for (int step = 0; step < STEPS; step++) {
      comparison.step();
    }
    comparison.assertVaried();
    assertThat(model.head()).isGreaterThan(50);
  }
}
