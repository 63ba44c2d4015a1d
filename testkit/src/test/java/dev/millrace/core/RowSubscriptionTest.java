package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.SimProcess;
import dev.millrace.testkit.sim.Simulation;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The first result and its changes are what the rows are, at each position that is told. */
final class RowSubscriptionTest {
  private static final Duration SOON = Duration.ofMillis(2);
  private static final int EVENTS = 600;

  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(6, 1));
  private final JdbcReadModel h2 =
      JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  private final List<Long> amounts = new ArrayList<>();

  @AfterEach
  void close() {
    h2.close();
    store.close();
  }

  private Projection<?> inH2() {
    return Projection.named("balances", 1)
        .into(h2)
        .batchesOf(5)
        .showing("balance")
        .creating(tx ->
            tx.update(
                "CREATE TABLE IF NOT EXISTS balance (account VARCHAR PRIMARY KEY, cents BIGINT)"))
        .on(
            Bank.Deposited.class,
            (event, tx) ->
                tx.update(
                    "MERGE INTO balance KEY (account) VALUES (?, COALESCE((SELECT cents FROM"
                        + " balance WHERE account = ?), 0) + ?)",
                    event.account(),
                    event.account(),
                    event.cents()))
        .on(
            Bank.Withdrawn.class,
            (event, tx) -> tx.update("DELETE FROM balance WHERE account = ?", event.account()));
  }

  private static Projection<?> inMemory(MemoryReadModel memory) {
    return Projection.named("balances", 1)
        .into(memory)
        .batchesOf(5)
        .showing("balance")
        .on(
            Bank.Deposited.class,
            (event, tables) ->
                tables
                    .<String, Long>table("balance")
                    .merge(event.account(), event.cents(), Long::sum))
        .on(
            Bank.Withdrawn.class,
            (event, tables) -> tables.<String, Long>table("balance").remove(event.account()));
  }

  private Millrace host(Projection<?> projection) {
    return Millrace.host(Bank.context().projection(projection).build(), store);
  }

  private static RowQuery all() {
    return new RowQuery("balance", List.of(), List.of(), null, RowQuery.MAX_ROWS);
  }

  private static RowChange next(RowSubscription subscription) throws Exception {
    return subscription.next().get(60, TimeUnit.SECONDS);
  }

  /** The balances after so many events. */
  private Map<String, Long> folded(long position) {
    TreeMap<String, Long> balances = new TreeMap<>();
    for (int i = 0; i < position; i++) {
      String account = "a" + i % 7;
      if (amounts.get(i) == 0) {
        balances.remove(account);
      } else {
        balances.merge(account, amounts.get(i), Long::sum);
      }
    }
    return balances;
  }

  private void appendOne(Context plain, int number) {
    String account = "a" + number % 7;
    Object event =
        amounts.get(number) == 0
            ? new Bank.Withdrawn(account, 1)
            : new Bank.Deposited(account, amounts.get(number));
    List<NewEvent> one = List.of(plain.writeEvent(event));
    store.append(Append.of(new UUID(9, number), one)).join();
  }

  private void awaitAll(Millrace millrace) {
    long head = store.head();
    millrace.await(
        "balances",
        new Receipt("bank", store.identity(), head, head, Instant.EPOCH, false),
        Duration.ofMinutes(1));
  }

  private void followsExactly(Projection<?> projection) throws Exception {
    SplittableRandom random = new SplittableRandom(7);
    for (int i = 0; i < EVENTS; i++) {
      amounts.add(random.nextInt(10) == 0 ? 0L : 1L + random.nextInt(50));
    }
    Context plain = Bank.context().build();
    try (Millrace millrace = host(projection);
        RowSubscription subscription = millrace.subscribe("balances", all(), SOON)) {
      for (int i = 0; i < 20; i++) {
        appendOne(plain, i);
      }
      awaitAll(millrace);
      CompletableFuture<Void> writes =
          CompletableFuture.runAsync(() -> {
            for (int i = 20; i < EVENTS; i++) {
              appendOne(plain, i);
            }
          });
      Map<Object, Object> known = new TreeMap<>();
      int changes = 0;
      long at = 0;
      Map<String, Long> end = folded(EVENTS);
      while (at < EVENTS && !(known.equals(end) && writes.isDone())) {
        RowChange change = next(subscription);
        assertThat(change.whole() || changes > 0).as("the first has all rows").isTrue();
        changes++;
        if (change.whole()) {
          known.clear();
        }
        change.changed().forEach(row -> known.put(row.get(0), row.get(1)));
        change.removed().forEach(key -> assertThat(known.remove(key.get(0))).isNotNull());
        long position = Objects.requireNonNull(change.checkpoint()).position();
        assertThat(position).isGreaterThanOrEqualTo(at);
        at = position;
        assertThat(known).as("at position " + at).isEqualTo(folded(at));
      }
      writes.join();
      assertThat(changes).isGreaterThan(1);
    }
  }

  @Test
  void inADatabaseEachChangeLeadsToTheRowsOfItsPosition() throws Exception {
    followsExactly(inH2());
  }

  @Test
  void inMemoryToo() throws Exception {
    followsExactly(inMemory(new MemoryReadModel()));
  }

  @Test
  void changesBehindAPositionThatDoesNotMoveAreTold() throws Exception {
    Context plain = Bank.context().build();
    amounts.addAll(List.of(5L, 6L));
    CountDownLatch gate = new CountDownLatch(1);
    Projection<?> keyed =
        Projection.named("balances", 1)
            .into(new MemoryReadModel())
            .keyedBy(Bank.ACCOUNT)
            .showing("balance")
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  if (event.account().equals("a0")) {
                    assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
                  }
                  tables
                      .<String, Long>table("balance")
                      .merge(event.account(), event.cents(), Long::sum);
                });
    try (Millrace millrace = host(keyed);
        RowSubscription subscription = millrace.subscribe("balances", all(), SOON)) {
      assertThat(next(subscription).changed()).isEmpty();
      appendOne(plain, 0);
      appendOne(plain, 1);
      try {
        RowChange later = next(subscription);
        assertThat(later.changed()).hasSize(1);
        assertThat(later.changed().get(0).get(0)).isEqualTo("a1");
      } finally {
        gate.countDown();
      }
      RowChange earlier = next(subscription);
      assertThat(earlier.changed()).hasSize(1);
      assertThat(earlier.changed().get(0).get(0)).isEqualTo("a0");
    }
  }

  @Test
  void aClockThatIsPutBackHoldsUpNoChange() {
    Simulation simulation = Simulation.of(5);
    SimProcess process = new SimProcess(simulation, "one");
    MemoryReadModel memory = new MemoryReadModel();
    amounts.addAll(List.of(5L, 6L));
    try (Millrace millrace =
            Millrace.builder()
                .seams(process.seams())
                .host(Bank.context().projection(inMemory(memory)).build(), store)
                .withoutProcessors()
                .start();
        RowSubscription subscription =
            millrace.subscribe("balances", all(), Duration.ofSeconds(1))) {
      simulation.await(subscription.next());
      process.skewClock(Duration.ofHours(-1));
      CompletableFuture<RowChange> next = subscription.next();
      add(memory, "a9", 4L);
      simulation.scheduler().runFor(Duration.ofSeconds(5));
      assertThat(next).isCompleted();
    }
  }

  private static void add(MemoryReadModel memory, String account, long cents) {
    try {
      memory.transact(tables -> {
        tables.<String, Long>table("balance").put(account, cents);
        return true;
      });
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whatGoesWrongWhileItWaitsEndsTheAnswer() throws Exception {
    Seams system = SystemSeams.shared();
    AtomicBoolean fails = new AtomicBoolean();
    Seams failing =
        new Seams(
            system.clock(),
            system.random(),
            (Scheduler)
                Proxy.newProxyInstance(
                    RowSubscriptionTest.class.getClassLoader(),
                    new Class<?>[] {Scheduler.class},
                    (proxy, method, arguments) -> {
                      if (fails.get() && method.getName().equals("after")) {
                        throw new IllegalStateException("no more timers");
                      }
                      return method.invoke(system.scheduler(), arguments);
                    }));
    try (Millrace millrace =
            Millrace.builder()
                .seams(failing)
                .host(Bank.context().projection(inMemory(new MemoryReadModel())).build(), store)
                .withoutProcessors()
                .start();
        RowSubscription subscription = millrace.subscribe("balances", all(), SOON)) {
      next(subscription);
      fails.set(true);
      for (int i = 0; i < 2; i++) { // also when it is asked again
        CompletableFuture<RowChange> waiting = subscription.next();
        assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
            .hasMessageContaining("no more timers");
      }
      fails.set(false);
    }
  }

  @Test
  void onlyOneAnswerIsWaitedForAndNoneWhenItIsClosed() throws Exception {
    amounts.add(5L);
    try (Millrace millrace = host(inH2())) {
      appendOne(Bank.context().build(), 0);
      awaitAll(millrace);
      RowSubscription subscription = millrace.subscribe("balances", all(), SOON);
      assertThat(next(subscription).whole()).isTrue();
      CompletableFuture<RowChange> waiting = subscription.next();
      assertThatThrownBy(subscription::next).isInstanceOf(IllegalStateException.class);
      subscription.close();
      assertThatThrownBy(() -> waiting.get(60, TimeUnit.SECONDS))
          .hasMessageContaining("the subscription is closed");
      RowQuery nothing = new RowQuery("other", List.of(), List.of(), null, 1);
      try (RowSubscription wrong = millrace.subscribe("balances", nothing, SOON)) {
        assertThatThrownBy(() -> next(wrong)).hasMessageContaining("shows no table 'other'");
      }
    }
  }
}
