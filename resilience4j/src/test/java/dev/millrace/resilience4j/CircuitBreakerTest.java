package dev.millrace.resilience4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.CircuitBreaker;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Processor;
import dev.millrace.core.Projection;
import dev.millrace.core.Tag;
import dev.millrace.core.processing.CircuitBreakerPolicy.State;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processors whose handlers call something that is away for a while. In simulated time. */
final class CircuitBreakerTest {
  private static final int KEYS = 12;
  private static final Tag<String> CUSTOMER = Tag.named("customer");

  sealed interface Shop {}

  record Bought(String customer, int number) implements Shop {}

  private static final Events<Shop> EVENTS =
      Events.of(Shop.class)
          .tag(Bought.class, CUSTOMER, Bought::customer)
          .name("bought", Bought.class);

  private final Simulation simulation = Simulation.of(7);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(7, 7));
  private final MemoryReadModel readModel = new MemoryReadModel();
  private final CircuitBreaker crm =
      Resilience4j.circuitBreaker(
          "crm",
          CircuitBreakerConfig.custom()
              .slidingWindowSize(10)
              .minimumNumberOfCalls(5)
              .permittedNumberOfCallsInHalfOpenState(3)
              .waitDurationInOpenState(Duration.ofSeconds(10))
              .recordExceptions(UncheckedIOException.class)
              .build());
  private final Map<String, List<Integer>> told = new HashMap<>();
  private final List<Instant> refused = new ArrayList<>();
  private boolean isAway;
  private int number;

  private Projection<MemoryTables> calling(String name) {
    return Projection.named(name, 1)
        .into(readModel)
        .retrying(Retry.attempts(6))
        .through(crm)
        .on(
            Bought.class,
            (event, tables) -> {
              if (isAway) {
                refused.add(simulation.seams().clock().instant());
                throw new UncheckedIOException(new IOException("the CRM is away"));
              }
              if (event.customer().equals("poison")) {
                throw new IllegalStateException("no such customer");
              }
              told.computeIfAbsent(name + event.customer(), first -> new ArrayList<>())
                  .add(event.number());
            });
  }

  private Processor host(Projection<?> projection) {
    return start(projection).processor(projection.name());
  }

  private Millrace start(Projection<?>... projections) {
    Context.Builder<Shop> shop = Context.named("shop").events(EVENTS);
    for (Projection<?> projection : projections) {
      shop.projection(projection);
    }
    return Millrace.builder().seams(simulation.seams()).host(shop.build(), store).start();
  }

  private void buy(String customer) {
    NewEvent event =
        Context.named("shop").events(EVENTS).build().writeEvent(new Bought(customer, ++number));
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
  }

  private void buy(int events) {
    for (int i = 0; i < events; i++) {
      buy("c" + i % KEYS);
    }
  }

  private void goOnFor(Duration time) {
    simulation.scheduler().runFor(time);
  }

  private void untilPosition(Processor processor, long position) {
    simulation.scheduler().runUntil(() -> processor.status().position() >= position);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsAwayForAMinuteMakesNoDeadLetterAndIsCalledInOrderWhenItIsBack(boolean keyed) {
    Projection<MemoryTables> one = calling("told").batchesOf(keyed ? 4 : 32);
    Processor processor = host(keyed ? one.keyedBy(CUSTOMER).concurrency(4) : one);
    buy(100);
    untilPosition(processor, 100);
    assertThat(crm.status().state()).isEqualTo(State.CLOSED);

    isAway = true;
    buy(200);
    simulation.scheduler().runUntil(() -> crm.status().state() == State.OPEN);
    goOnFor(Duration.ofMillis(1)); // what runs ends
    Instant opened = simulation.seams().clock().instant();
    int before = refused.size();
    buy(100);
    goOnFor(Duration.ofSeconds(8));
    assertThat(refused).as("calls while it is open").hasSize(before);
    CircuitBreaker.Status status = Objects.requireNonNull(processor.status().breaker());
    Instant since = Objects.requireNonNull(status.since());
    Instant nextProbe = Objects.requireNonNull(status.nextProbe());
    assertThat(status).isEqualTo(crm.status());
    assertThat(status.name()).isEqualTo("crm");
    assertThat(since).isBeforeOrEqualTo(opened);
    assertThat(Duration.between(since, nextProbe))
        .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(10).plusMillis(1));
    assertThat(processor.status().problem()).contains("the CRM is away").contains("'crm'");

    goOnFor(Duration.ofSeconds(52));
    assertThat(refused.size() - before).as("probes in a minute").isBetween(3, 6 * 4);
    assertThat(processor.deadLetters().list()).isEmpty();

    isAway = false;
    untilPosition(processor, 400);
    assertThat(crm.status().state()).isEqualTo(State.CLOSED);
    assertThat(processor.status().problem()).isNull();
    assertThat(crm.status().nextProbe()).isNull();
    assertThat(processor.deadLetters().list()).isEmpty();
    assertThat(told).hasSize(KEYS);
    assertThat(told.values().stream().mapToInt(List::size).sum()).isEqualTo(400);
    told.values().forEach(numbers -> assertThat(numbers).isSorted());
  }

  @Test
  void whatDoesNotCountIsADeadLetterAsEver() {
    Processor processor = host(calling("told").keyedBy(CUSTOMER).concurrency(4));
    for (int i = 0; i < 3; i++) {
      buy("poison");
      buy(12);
    }
    untilPosition(processor, 39);
    assertThat(processor.deadLetters().list()).hasSize(1);
    assertThat(crm.status().state()).isEqualTo(State.CLOSED);
    assertThat(crm.status().since()).isNull();
  }

  @Test
  void whatAnOperatorWantsToBeTriedAgainWaitsToo() {
    Processor processor = host(calling("told").keyedBy(CUSTOMER).concurrency(4));
    buy("poison");
    buy(50);
    untilPosition(processor, 51);
    isAway = true;
    buy(50);
    simulation.scheduler().runUntil(() -> crm.status().state() == State.OPEN);
    goOnFor(Duration.ofMillis(1));
    int before = refused.size();
    String id = processor.deadLetters().list().get(0).id();
    var redriven = processor.deadLetters().redrive(id, "ann");
    goOnFor(Duration.ofSeconds(9));
    assertThat(refused).hasSize(before);
    assertThat(redriven).isNotDone();
    goOnFor(Duration.ofMinutes(1));
    assertThat(redriven).isNotDone();
    isAway = false;
    assertThat(simulation.await(redriven)).as("it is poison still").isFalse();
    untilPosition(processor, 101);
    assertThat(processor.deadLetters().list()).hasSize(1);
  }

  @Test
  void processorsThatCallTheSameStopAndGoOnTogether() {
    Millrace millrace =
        start(calling("told").keyedBy(CUSTOMER).concurrency(4), calling("mailed").batchesOf(8));
    List<Processor> both = List.of(millrace.processor("told"), millrace.processor("mailed"));
    isAway = true;
    buy(100);
    simulation.scheduler().runUntil(() -> crm.status().state() == State.OPEN);
    goOnFor(Duration.ofMillis(1));
    int before = refused.size();
    goOnFor(Duration.ofSeconds(8));
    assertThat(refused).as("calls of either while it is open").hasSize(before);
    both.forEach(one -> assertThat(one.status().breaker()).isEqualTo(crm.status()));
    goOnFor(Duration.ofSeconds(52));
    assertThat(refused.size() - before).as("probes of both in a minute").isBetween(3, 6 * 4);

    isAway = false;
    both.forEach(one -> untilPosition(one, 100));
    assertThat(crm.status().state()).isEqualTo(State.CLOSED);
    both.forEach(one -> assertThat(one.deadLetters().list()).isEmpty());
    assertThat(told).hasSize(2 * KEYS);
    assertThat(told.values().stream().mapToInt(List::size).sum()).isEqualTo(2 * 100);
    told.values().forEach(numbers -> assertThat(numbers).isSorted());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProcessorStopsWhileItIsOpenAndGoesOnWhereItWas(boolean keyed) {
    Projection<MemoryTables> one = calling("told").batchesOf(4);
    one = keyed ? one.keyedBy(CUSTOMER).concurrency(4) : one;
    Millrace first = start(one);
    buy(50);
    untilPosition(first.processor("told"), 50);
    isAway = true;
    buy(50);
    simulation.scheduler().runUntil(() -> crm.status().state() == State.OPEN);
    simulation.await(first.stopProcessors());
    assertThat(crm.status().state()).isEqualTo(State.OPEN);

    isAway = false;
    Processor second = host(one);
    untilPosition(second, 100);
    assertThat(second.deadLetters().list()).isEmpty();
    assertThat(told.values().stream().mapToInt(List::size).sum()).isEqualTo(100);
    told.values().forEach(numbers -> assertThat(numbers).isSorted());
  }

  @Test
  void itIsSaidWhichExceptionsMeanThatItIsAway() {
    assertThatThrownBy(() -> Resilience4j.circuitBreaker("crm"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'crm'");
    assertThatThrownBy(() -> Resilience4j.circuitBreaker("crm", String.class))
        .hasMessageContaining("java.lang.String");
    CircuitBreaker made = Resilience4j.circuitBreaker("crm", UncheckedIOException.class);
    assertThat(made.status().state()).isEqualTo(State.CLOSED);
  }
}
