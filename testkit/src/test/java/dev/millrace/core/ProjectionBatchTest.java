package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a projection is given at a time. */
final class ProjectionBatchTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.fixed(Instant.EPOCH), new UUID(0, 1));
  private final List<List<Long>> batches = new ArrayList<>();

  private Projection<MemoryTables> collecting() {
    return Projection.named("batches", 1)
        .into(new MemoryReadModel())
        .onBatch(
            Bank.Deposited.class,
            (events, tables) -> batches.add(events.stream().map(Recorded::position).toList()));
  }

  private Millrace host(Projection<?> projection) {
    return Millrace.host(Bank.context().projection(projection).build(), store);
  }

  private static Receipt deposit(Millrace millrace, int id) {
    return ((Accepted<?>) millrace.send(new Bank.Deposit("a", 1), "deposit-" + id)).receipt();
  }

  @Test
  void theEventsOfABatchComeTogetherInTheirOrder() {
    Receipt last = null;
    try (Millrace without =
        Millrace.builder().host(Bank.context().build(), store).withoutProcessors().start()) {
      for (int i = 0; i < 5_000; i++) {
        last = deposit(without, i);
      }
    }
    try (Millrace millrace =
        Millrace.host(
            Bank.context().projection(collecting().batchesOf(3_000)).build(), store.reopen())) {
      millrace.await("batches", last, LONG);
    }

    assertThat(batches).hasSize(2);
    assertThat(batches.get(0)).isEqualTo(LongStream.rangeClosed(1, 3_000).boxed().toList());
    assertThat(batches.get(1)).isEqualTo(LongStream.rangeClosed(3_001, 5_000).boxed().toList());
  }

  @Test
  void eventsGatherWhileItLingersAndComeAtOnceWhenItIsAwaited() {
    try (Millrace millrace = host(collecting().lingering(Duration.ofHours(1)))) {
      millrace.await("batches", deposit(millrace, 0), LONG);
      Receipt last = null;
      for (int i = 1; i <= 10; i++) {
        last = deposit(millrace, i);
      }
      millrace.await("batches", last, LONG);
    }

    assertThat(batches)
        .containsExactly(List.of(1L), LongStream.rangeClosed(2, 11).boxed().toList());
  }
}
