package dev.millrace.core;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Meetings of one to three members are counted by many lanes, with handlers that take their time,
 * beside each other; some are poison, and the process is killed at moments drawn from the seed. In
 * the end each member has had each of their meetings once, in order.
 */
public final class KeyedScenario implements Scenario {
  private static final int MEETINGS = 150;
  private static final int MEMBERS = 8;

  record Met(List<String> members, long number) {}

  private static final Tag<String> MEMBER = Tag.named("member");
  private static final Events<Met> EVENTS =
      Events.of(Met.class).tags(Met.class, MEMBER, Met::members).name("met", Met.class);

  private final MemoryReadModel readModel = new MemoryReadModel();
  private final Map<String, List<Long>> expected = new TreeMap<>();
  private final TreeSet<Long> poison = new TreeSet<>();
  private final Map<String, Integer> inHand = new HashMap<>();
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);
  private ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(1, 1));
  private boolean healed;
  private int appended;
  private int mostBeside;

  @Override
  public void run(Simulation first) {
    new KeyedScenario().begin(first);
  }

  private void begin(Simulation first) {
    simulation = first;
    random = new SplittableRandom(first.seed());
    store = ModelEventStore.create(first.seams().clock(), new UUID(1, first.seed()));
    int lives = random.nextInt(5);
    for (int life = 0; life < lives; life++) {
      live(50 + random.nextInt(1_500));
      inHand.clear();
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
      for (int i = random.nextInt(6); i > 0 && appended < MEETINGS; i--) {
        append();
      }
      operate(millrace.processor("meetings"));
      long next = Math.min(until, simulation.scheduler().steps() + 1 + random.nextInt(60));
      CompletableFuture<Void> later = simulation.seams().scheduler().after(Duration.ofSeconds(1));
      simulation
          .scheduler()
          .runUntil(() -> simulation.scheduler().steps() >= next || later.isDone());
    }
  }

  private void operate(Processor processor) {
    DeadLetters letters = processor.deadLetters();
    int choice = random.nextInt(30);
    if (choice == 0) {
      processor.pause();
    } else if (choice < 4) {
      processor.resume();
    } else if (choice < 8 && !letters.list().isEmpty()) {
      var unused =
          letters.redrive(letters.list().get(random.nextInt(letters.list().size())).id(), "ann");
    }
  }

  private Millrace host() {
    Projection<MemoryTables> projection =
        Projection.named("meetings", 1)
            .into(readModel)
            .keyedBy(MEMBER)
            .concurrency(1 + random.nextInt(6))
            .batchesOf(1 + random.nextInt(4))
            .stoppingAbove(4, 1)
            .retrying(Retry.attempts(1 + random.nextInt(2)))
            .on(Met.class, this::handle);
    return Millrace.builder()
        .seams(simulation.seams())
        .host(Context.named("club").events(EVENTS).projection(projection).build(), store)
        .start();
  }

  private void append() {
    long number = ++appended;
    TreeSet<String> members = new TreeSet<>();
    for (int i = random.nextInt(4) == 0 ? 3 : 1; i > 0; i--) {
      members.add("m" + random.nextInt(MEMBERS));
    }
    if (random.nextInt(15) == 0) {
      poison.add(number);
    }
    NewEvent event =
        Context.named("club")
            .events(EVENTS)
            .build()
            .writeEvent(new Met(List.copyOf(members), number));
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
    members.forEach(one -> expected.computeIfAbsent(one, first -> new ArrayList<>()).add(number));
  }

  private void handle(Met event, MemoryTables tables) throws Exception {
    for (String member : event.members()) {
      if (inHand.merge(member, 1, Integer::sum) > 1) {
        throw new AssertionError(member + " is in the hands of two handlers");
      }
      tables
          .<String, List<Long>>table("meetings")
          .merge(member, List.of(event.number()), KeyedScenario::and);
    }
    mostBeside = Math.max(mostBeside, inHand.size());
    try {
      if (random.nextInt(4) == 0) {
        Simulation mine = simulation;
        mine.await(mine.seams().scheduler().after(Duration.ofMillis(random.nextInt(50))));
      }
      if (!healed && poison.contains(event.number())) {
        throw new IllegalStateException("poison " + event.number());
      }
      if (!healed && random.nextInt(60) == 0) {
        throw new SQLTransientConnectionException("the database is away");
      }
    } finally {
      event.members().forEach(inHand::remove);
    }
  }

  private static List<Long> and(List<Long> before, List<Long> next) {
    List<Long> longer = new ArrayList<>(before);
    longer.addAll(next);
    return List.copyOf(longer);
  }

  private void finish() {
    while (appended < MEETINGS) {
      append();
    }
    Millrace millrace = host();
    boolean unused = level(millrace);
    Processor processor = millrace.processor("meetings");
    simulation.await(processor.deadLetters().redriveAll(1_000, "ann"));
    simulation.scheduler().runUntil(() -> processor.deadLetters().list().isEmpty());
    for (int i = 0; i < 10_000 && !level(millrace); i++) { // keys are still brought level
      simulation.await(simulation.seams().scheduler().after(Duration.ofMillis(10)));
    }
    Map<String, List<Long>> found = new TreeMap<>();
    readModel.read(tables -> {
      tables
          .<String, List<Long>>table("meetings")
          .rows()
          .forEach(row -> found.put(row.getKey(), row.getValue()));
      return found;
    });
    if (!found.equals(expected)) {
      throw new AssertionError("the rows are " + found + ", the store has " + expected);
    }
  }

  /** Waits for all events; false when one is of a blocked key. */
  private boolean level(Millrace millrace) {
    Receipt all =
        new Receipt(
            "club",
            store.identity(),
            1, // the newest may be what an operator did
            store.head(),
            simulation.seams().clock().instant(),
            false);
    try {
      simulation.await(millrace.reached("meetings", all));
      return true;
    } catch (BlockedEventException passed) {
      simulation.trace().add("an event waits behind a dead letter");
      return false;
    }
  }
}
