package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.readmodel.JdbcTransaction;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * The answers of a third of all transactions are lost, after or before the commit. In the end each
 * account has had each of its events once, in order, and nothing became a dead letter but poison;
 * also when somebody resets the projection, and is not told whether that has happened.
 */
final class LostAnswerTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 3_000 : 12;
  private static final int EVENTS = 60;

  /** A kind of database. */
  private interface Rows<T> {
    ReadModel<T> readModel();

    void add(T transaction, String account, long number);

    void clear(T transaction);

    Map<String, List<Long>> all();
  }

  private static final class InMemory implements Rows<MemoryTables> {
    private final MemoryReadModel readModel = new MemoryReadModel();

    @Override
    public ReadModel<MemoryTables> readModel() {
      return readModel;
    }

    @Override
    public void add(MemoryTables tables, String account, long number) {
      tables
          .<String, List<Long>>table("history")
          .merge(
              account,
              List.of(number),
              (before, next) -> {
                List<Long> longer = new ArrayList<>(before);
                longer.addAll(next);
                return longer;
              });
    }

    @Override
    public void clear(MemoryTables tables) {
      tables.table("history").clear();
    }

    @Override
    public Map<String, List<Long>> all() {
      Map<String, List<Long>> all = new TreeMap<>();
      readModel.read(tables -> {
        tables
            .<String, List<Long>>table("history")
            .rows()
            .forEach(row -> all.put(row.getKey(), row.getValue()));
        return all;
      });
      return all;
    }
  }

  private static final class InH2 implements Rows<JdbcTransaction>, AutoCloseable {
    private final JdbcReadModel readModel = JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID());

    InH2() {
      readModel.read(tx ->
          tx.update(
              "CREATE TABLE history (row_number BIGINT GENERATED ALWAYS AS IDENTITY,"
                  + " account VARCHAR, number BIGINT)"));
    }

    @Override
    public ReadModel<JdbcTransaction> readModel() {
      return readModel;
    }

    @Override
    public void add(JdbcTransaction tx, String account, long number) {
      tx.update("INSERT INTO history (account, number) VALUES (?, ?)", account, number);
    }

    @Override
    public void clear(JdbcTransaction tx) {
      tx.update("DELETE FROM history");
    }

    @Override
    public Map<String, List<Long>> all() {
      Map<String, List<Long>> all = new TreeMap<>();
      readModel.read(tx ->
          tx.query(
              "SELECT account, number FROM history ORDER BY row_number",
              row ->
                  all.computeIfAbsent(row.getString(1), first -> new ArrayList<>())
                      .add(row.getLong(2))));
      return all;
    }

    @Override
    public void close() {
      readModel.close();
    }
  }

  /** One run. */
  private static final class Run<T> {
    private final Simulation simulation;
    private final SplittableRandom random;
    private final ModelEventStore store;
    private final Rows<T> rows;
    private final LosingAnswers<T> losing;
    private final Set<Long> poison = new HashSet<>();
    private final Map<String, List<Long>> expected = new TreeMap<>();
    private boolean healed;
    private boolean reliable;
    private int lostResets;

    Run(long seed, Rows<T> rows) {
      this.simulation = Simulation.of(seed);
      this.random = new SplittableRandom(seed);
      this.store = ModelEventStore.create(simulation.seams().clock(), new UUID(1, seed));
      this.rows = rows;
      this.losing = new LosingAnswers<>(rows.readModel(), () -> reliable ? 9 : random.nextInt(9));
    }

    int run(boolean keyed) {
      for (long number = 1; number <= EVENTS; number++) {
        append(number);
      }
      Projection<T> history =
          Projection.named("history", 1)
              .into(losing)
              .batchesOf(1 + random.nextInt(8))
              .retrying(Retry.attempts(1))
              .stoppingAbove(100, 1)
              .clearing(rows::clear)
              .on(Bank.Deposited.class, this::handle);
      Millrace millrace =
          Millrace.builder()
              .seams(simulation.seams())
              .host(
                  Bank.context()
                      .projection(keyed ? history.keyedBy(Bank.ACCOUNT).concurrency(3) : history)
                      .build(),
                  store)
              .start();
      Processor processor = millrace.processor("history");
      for (int resets = 0; resets < 3; resets++) {
        int half = 1 + random.nextInt(EVENTS - 1);
        simulation.scheduler().runUntil(() -> processor.status().position() >= half);
        CompletableFuture<Void> reset = processor.reset();
        simulation.scheduler().runUntil(reset::isDone);
        lostResets += reset.isCompletedExceptionally() ? 1 : 0;
      }
      simulation.scheduler().runUntil(() -> processor.status().position() >= EVENTS);
      assertThat(processor.deadLetters().list())
          .as("what was not poison must not be blocked")
          .allSatisfy(letter -> assertThat(poison).contains(letter.position()));
      healed = true;
      operate(processor.deadLetters());
      reliable = true;
      simulation.await(millrace.stopProcessors());
      assertThat(rows.all()).isEqualTo(expected);
      return Math.min(losing.lost(), lostResets);
    }

    private void append(long number) {
      String account = "a" + random.nextInt(4);
      if (random.nextInt(12) == 0) {
        poison.add(number);
      }
      NewEvent event = Bank.context().build().writeEvent(new Bank.Deposited(account, number));
      store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
      expected.computeIfAbsent(account, first -> new ArrayList<>()).add(number);
    }

    private void handle(Bank.Deposited event, T transaction) {
      rows.add(transaction, event.account(), event.cents());
      if (!healed && poison.contains(event.cents())) {
        throw new IllegalStateException("poison " + event.cents());
      }
    }

    /** Until all is level: the answers to operators are lost, too. */
    private void operate(DeadLetters letters) {
      while (!letters.list().isEmpty()) {
        for (DeadLetter letter : letters.list()) {
          CompletableFuture<Boolean> done = letters.redrive(letter.id(), "ann");
          CompletableFuture<Void> late =
              simulation.seams().scheduler().after(Duration.ofMinutes(5));
          simulation.scheduler().runUntil(() -> done.isDone() || late.isDone());
          assertThat(done).isDone();
        }
      }
    }
  }

  @Test
  void inMemoryOneLaneCountsEachEventOnce() {
    int lost = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      lost += new Run<>(seed, new InMemory()).run(false);
    }
    assertThat(lost).isPositive();
  }

  @Test
  void inMemoryManyLanesCountEachEventOnce() {
    int lost = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      lost += new Run<>(seed, new InMemory()).run(true);
    }
    assertThat(lost).isPositive();
  }

  @Test
  void inADatabaseOneLaneCountsEachEventOnce() {
    int lost = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (InH2 database = new InH2()) {
        lost += new Run<>(seed, database).run(false);
      }
    }
    assertThat(lost).isPositive();
  }

  @Test
  void inADatabaseManyLanesCountEachEventOnce() {
    int lost = 0;
    for (long seed = 1; seed <= SEEDS; seed++) {
      try (InH2 database = new InH2()) {
        lost += new Run<>(seed, database).run(true);
      }
    }
    assertThat(lost).isPositive();
  }
}
