package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many lanes, with real threads. */
final class KeyedProcessorTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.system(), new UUID(4, 3));

  @AfterEach
  void close() {
    store.close();
  }

  private void deposit(int events, int keys) {
    Context context = Bank.context().build();
    List<NewEvent> batch = new ArrayList<>();
    for (int i = 0; i < events; i++) {
      batch.add(context.writeEvent(new Bank.Deposited("a" + i % keys, 1)));
      if (batch.size() == 1_000 || i == events - 1) {
        store.append(Append.of(UUID.randomUUID(), batch)).join();
        batch.clear();
      }
    }
  }

  private Millrace host(Projection<?> projection) {
    return Millrace.host(Bank.context().projection(projection).build(), store);
  }

  private Receipt all() {
    return new Receipt("bank", store.identity(), store.head(), store.head(), Instant.EPOCH, false);
  }

  private static Projection<JdbcTransaction> balances(JdbcReadModel readModel) {
    return Projection.named("balances", 1)
        .into(readModel)
        .creating(tx ->
            tx.update(
                "CREATE TABLE IF NOT EXISTS balance (account VARCHAR PRIMARY KEY, cents BIGINT)"))
        .clearing(tx -> tx.update("DELETE FROM balance"))
        .on(
            Bank.Deposited.class,
            (event, tx) -> {
              int updated =
                  tx.update(
                      "UPDATE balance SET cents = cents + ? WHERE account = ?",
                      event.cents(),
                      event.account());
              if (updated == 0) {
                tx.update("INSERT INTO balance VALUES (?, ?)", event.account(), event.cents());
              }
            });
  }

  private static long total(JdbcReadModel readModel) {
    return readModel.read(
        tx -> tx.query("SELECT SUM(cents) FROM balance", row -> row.getLong(1)).get(0));
  }

  @Test
  void inADatabaseEachEventCountsOnceAlsoAfterARestart() {
    try (JdbcReadModel readModel =
        JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1")) {
      deposit(2_000, 37);
      Millrace first = host(balances(readModel).keyedBy(Bank.ACCOUNT).concurrency(8));
      first.await("balances", all(), LONG);
      first.stopProcessors().join();
      assertThat(total(readModel)).isEqualTo(2_000);

      deposit(500, 50);
      Millrace second = host(balances(readModel).keyedBy(Bank.ACCOUNT).concurrency(8));
      second.await("balances", all(), LONG);
      assertThat(total(readModel)).isEqualTo(2_500);
      assertThat(second.processor("balances").status().handled()).isEqualTo(500);
      second.processor("balances").reset().join();
      second.await("balances", all(), LONG);
      assertThat(total(readModel)).isEqualTo(2_500);
      second.stopProcessors().join();
    }
  }

  @Test
  void handlersOfDifferentKeysRunBesideEachOther() throws Exception {
    CountDownLatch together = new CountDownLatch(100);
    Projection<MemoryTables> meeting =
        Projection.named("meeting", 1)
            .into(new MemoryReadModel())
            .keyedBy(Bank.ACCOUNT)
            .concurrency(100)
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  together.countDown();
                  assertThat(together.await(60, TimeUnit.SECONDS)).isTrue();
                });
    deposit(100, 100);
    Millrace millrace = host(meeting);
    millrace.await("meeting", all(), LONG);
    assertThat(together.getCount()).isZero();
    millrace.stopProcessors().join();
  }

  @Test
  void processorsThatShareABulkheadRunNoMoreHandlersThanItLetsIn() {
    Bulkhead three = Bulkhead.named("service", 3);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch together = new CountDownLatch(3);
    Context.Builder<Bank.Banked> context = Bank.context();
    MemoryReadModel readModel = new MemoryReadModel();
    for (String name : List.of("one", "other", "lane")) {
      Projection<MemoryTables> calling =
          Projection.named(name, 1)
              .into(readModel)
              .within(three)
              .on(
                  Bank.Deposited.class,
                  (event, tables) -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    together.countDown();
                    assertThat(together.await(60, TimeUnit.SECONDS)).isTrue();
                    tables.<String, Long>table(name).merge(event.account(), 1L, Long::sum);
                    inside.decrementAndGet();
                  });
      context =
          context.projection(
              name.equals("lane") ? calling.batchesOf(1) : calling.keyedBy(Bank.ACCOUNT));
    }
    deposit(300, 50);
    Millrace millrace = Millrace.host(context.build(), store);
    for (String name : List.of("one", "other", "lane")) {
      millrace.await(name, all(), LONG);
      assertThat(readModel.<Integer>read(tables -> tables.table(name).size())).isEqualTo(50);
    }
    assertThat(most.get()).isEqualTo(3);
    millrace.stopProcessors().join();
    assertThat(three.inside()).isZero();
  }

  @Test
  void onePoisonEventAmongManyHoldsUpNothingElse() {
    int half = Boolean.getBoolean("millrace.nightly") ? 500_000 : 20_000;
    int keys = 1_000;
    deposit(half, keys);
    NewEvent poison = Bank.context().build().writeEvent(new Bank.Deposited("a7", 13));
    store.append(Append.of(UUID.randomUUID(), List.of(poison))).join();
    deposit(half, keys);
    MemoryReadModel readModel = new MemoryReadModel();
    CountDownLatch othersAreLevel = new CountDownLatch(1);
    Projection<MemoryTables> counts =
        Projection.named("counts", 1)
            .into(readModel)
            .keyedBy(Bank.ACCOUNT)
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  if (event.cents() == 13) {
                    assertThat(othersAreLevel.await(10, TimeUnit.MINUTES)).isTrue();
                    throw new IllegalStateException("poison");
                  }
                  tables.<String, Long>table("count").merge(event.account(), 1L, Long::sum);
                });
    Millrace millrace = host(counts);
    long each = 2L * half / keys;
    // while its handler runs, all others are handled to the end
    awaitOthers(readModel, keys, each);
    assertThat(counted(readModel, "a7")).isLessThanOrEqualTo(each / 2);
    othersAreLevel.countDown();
    // and while its key is blocked
    deposit(keys, keys);
    awaitOthers(readModel, keys, each + 1);
    millrace.await("counts", all(), LONG.multipliedBy(5)); // the newest event is of another key
    assertThat(counted(readModel, "a7")).isEqualTo(each / 2);
    assertThat(millrace.processor("counts").deadLetters().list()).hasSize(1);
    millrace.stopProcessors().join();
  }

  private static long counted(MemoryReadModel readModel, String account) {
    Long counted = readModel.<Long>read(tables -> tables.<String, Long>table("count").get(account));
    return counted == null ? 0 : counted;
  }

  private static void awaitOthers(MemoryReadModel readModel, int keys, long each) {
    Instant deadline = Instant.now().plus(LONG.multipliedBy(10));
    for (int i = 0; i < keys; i++) {
      while (i != 7 && counted(readModel, "a" + i) < each) {
        assertThat(Instant.now()).as("a" + i + " is held up").isBefore(deadline);
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      }
      assertThat(i == 7 ? each : counted(readModel, "a" + i)).as("a" + i).isEqualTo(each);
    }
  }

  @Test
  void anotherOrderingIsRefusedWhileLanesAreAhead() throws Exception {
    MemoryReadModel readModel = new MemoryReadModel();
    CountDownLatch stuck = new CountDownLatch(1);
    Projection<MemoryTables> counts =
        Projection.named("counts", 1)
            .into(readModel)
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  if (event.account().equals("a0")) {
                    stuck.await();
                  }
                  tables.<String, Long>table("count").merge(event.account(), 1L, Long::sum);
                });
    deposit(10, 2);
    Millrace first = host(counts.keyedBy(Bank.ACCOUNT));
    while (readModel.read(tables -> tables.<String, Long>table("count").get("a1")) == null) {
      Thread.onSpinWait();
    }
    // the first account's events hold the checkpoint back; the process is lost now
    Millrace second = host(counts);
    assertThatThrownBy(() -> second.await("counts", all(), LONG))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("lanes of another ordering (tag:account)");
    stuck.countDown();
    second.stopProcessors().join();
    first.stopProcessors().join();
  }

  @Test
  void theSlotOfAKeyNeverChanges() {
    assertThat(slot("order", "1")).isEqualTo(310);
    assertThat(slot("order", "42")).isEqualTo(629);
    int[] counts = new int[KeySlots.SLOTS];
    for (int i = 0; i < 102_400; i++) {
      counts[slot("order", "o-" + i)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(50, 160);
    }
  }

  private static int slot(String name, String value) {
    return KeySlots.slotOf(new OrderingKey(Tenant.DEFAULT, new TagValue(name, value)));
  }
}
