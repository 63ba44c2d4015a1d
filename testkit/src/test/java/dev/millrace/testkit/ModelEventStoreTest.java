package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.EventStore;
import dev.millrace.testkit.contract.EventStoreContract;
import org.junit.jupiter.api.Test;

/** The model keeps the contract that others are held to by it. */
class ModelEventStoreTest extends EventStoreContract {

  @Override
  protected EventStore open() {
    return EventStore.open("memory:");
  }

  @Override
  protected EventStore reopen(EventStore store) {
    return ((ModelEventStore) store).reopen();
  }

  @Test
  void aNameIsRefusedBecauseNothingWouldBeFoundUnderIt() {
    assertThatThrownBy(() -> EventStore.open("memory:orders"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memory:orders");
    try (EventStore one = open();
        EventStore other = open()) {
      assertThat(one.identity()).isNotEqualTo(other.identity());
    }
  }
}
