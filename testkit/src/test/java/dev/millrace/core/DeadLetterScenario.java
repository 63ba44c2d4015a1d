package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.NewEvent;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Events come, some of them poison; the database goes away now and then; operators redrive, discard
 * and reset; the process is killed at moments drawn from the seed. In the end what was poison is
 * put right and redriven, and each account has had each of its events once, in order, but for those
 * that were discarded.
 */
public final class DeadLetterScenario implements Scenario {
  private static final int EVENTS = 120;
  private static final int ACCOUNTS = 6;

  private final MemoryReadModel readModel = new MemoryReadModel();
  private final Map<String, List<Long>> expected = new TreeMap<>();
  private final List<Long> poison = new ArrayList<>();
  private final List<Long> discarded = new ArrayList<>();
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);
  private ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(1, 1));
  private boolean healed;
  private int appended;

  @Override
  public void run(Simulation first) {
    new DeadLetterScenario().begin(first);
  }

  private void begin(Simulation first) {
    simulation = first;
    random = new SplittableRandom(first.seed());
    store = ModelEventStore.create(first.seams().clock(), new UUID(1, first.seed()));
    int lives = 1 + random.nextInt(5);
    for (int life = 0; life < lives; life++) {
      live(50 + random.nextInt(1_000));
      simulation = Simulation.of(random.nextLong());
      simulation.trace().sendTo(first.trace()::add);
      store = store.reopen();
    }
    healed = true;
    finish();
  }

  private void live(int steps) {
    Millrace millrace = host();
    long until = simulation.scheduler().steps() + steps;
    while (simulation.scheduler().steps() < until) {
      if (appended < EVENTS && random.nextInt(3) > 0) {
        append();
      }
      operate(millrace);
      long next = Math.min(until, simulation.scheduler().steps() + 1 + random.nextInt(60));
      long clock = simulation.seams().clock().instant().toEpochMilli() + 10_000;
      CompletableFuture<Void> later = simulation.seams().scheduler().after(Duration.ofSeconds(10));
      simulation
          .scheduler()
          .runUntil(() ->
              simulation.scheduler().steps() >= next
                  || later.isDone()
                  || simulation.seams().clock().instant().toEpochMilli() > clock);
    }
  }

  private Millrace host() {
    return Millrace.builder()
        .seams(simulation.seams())
        .host(Bank.context().projection(projection()).build(), store)
        .start();
  }

  private void append() {
    String account = "a" + random.nextInt(ACCOUNTS);
    long number = ++appended;
    if (random.nextInt(10) == 0) {
      poison.add(number);
    }
    NewEvent event = Bank.context().build().writeEvent(new Bank.Deposited(account, number));
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
    expected.computeIfAbsent(account, first -> new ArrayList<>()).add(number);
  }

  private void operate(Millrace millrace) {
    Processor processor = millrace.processor("history");
    DeadLetters letters = processor.deadLetters();
    List<DeadLetter> all = letters.list();
    int choice = random.nextInt(40);
    if (choice == 0) {
      processor.pause();
    } else if (choice < 4) {
      processor.resume();
    } else if (choice < 8 && !all.isEmpty()) {
      var unused = letters.redrive(all.get(random.nextInt(all.size())).id(), "ann");
    } else if (choice == 9 && !all.isEmpty()) {
      var unused = letters.redriveAll(10, "ann");
    }
  }

  private Projection<MemoryTables> projection() {
    return Projection.named("history", 1)
        .into(readModel)
        .batchesOf(1 + random.nextInt(20))
        .stoppingAbove(3, 1)
        .retrying(Retry.attempts(1 + random.nextInt(3)))
        .on(Bank.Deposited.class, this::handle);
  }

  private void handle(Bank.Deposited event, MemoryTables tables) throws Exception {
    tables
        .<String, List<Long>>table("history")
        .merge(
            event.account(),
            List.of(event.cents()),
            (before, next) -> {
              List<Long> longer = new ArrayList<>(before);
              longer.addAll(next);
              return List.copyOf(longer);
            });
    if (!healed && poison.contains(event.cents())) {
      throw new IllegalStateException("poison " + event.cents());
    }
    if (!healed && random.nextInt(50) == 0) {
      throw new SQLTransientConnectionException("the database is away");
    }
  }

  private void finish() {
    while (appended < EVENTS) {
      append();
    }
    Millrace millrace = host();
    Processor processor = millrace.processor("history");
    discardOne(processor.deadLetters());
    level(millrace);
    discardOne(processor.deadLetters());
    simulation.await(processor.deadLetters().redriveAll(1_000, "ann"));
    simulation.scheduler().runUntil(() -> processor.deadLetters().list().isEmpty());
    level(millrace);
    check();
  }

  private void discardOne(DeadLetters letters) {
    List<DeadLetter> all = letters.list();
    if (!all.isEmpty() && !all.get(0).redriving()) {
      discarded.add(readNumber(all.get(0)));
      simulation.await(letters.discard(all.get(0).id(), "for the test", "ann"));
    }
  }

  private long readNumber(DeadLetter letter) {
    var stored =
        store
            .read(
                dev.millrace.core.store.Query.all(),
                letter.position(),
                dev.millrace.core.store.Direction.FORWARD,
                1)
            .events()
            .get(0);
    return ((Bank.Deposited) Bank.context().build().readEvent(stored)).cents();
  }

  private void level(Millrace millrace) {
    Receipt all =
        new Receipt(
            "bank",
            store.identity(),
            store.head(),
            store.head(),
            simulation.seams().clock().instant(),
            false);
    try {
      simulation.await(millrace.reached("history", all));
    } catch (BlockedEventException passed) {
      simulation.trace().add("the newest event waits behind a dead letter");
    }
  }

  private void check() {
    expected.values().forEach(numbers -> numbers.removeAll(discarded));
    expected.values().removeIf(List::isEmpty);
    Map<String, List<Long>> found = new TreeMap<>();
    readModel.read(tables -> {
      tables
          .<String, List<Long>>table("history")
          .rows()
          .forEach(row -> found.put(row.getKey(), row.getValue()));
      return found;
    });
    if (!found.equals(expected)) {
      throw new AssertionError(
          "the rows are " + found + ", the store has " + expected + ", discarded " + discarded);
    }
  }
}
