package dev.millrace.core;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.lease.LeaseKey;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Member;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.ModelLeases;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.SimProcess;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Up to four processes share one projection in order, one with many lanes and a reaction. Processes
 * join, leave, die, are paused in whatever they do for longer than a lease lasts, and have their
 * clocks put forward and back; requests to the table of leases are lost, and answers. Whoever works
 * and was not paused holds what he works on in the table. In the end each event counts once in
 * each, in order; the reaction's commands have had their effect once each; and the work is spread
 * over those that live.
 */
public final class LeaseScenario implements Scenario {
  private static final int EVENTS = 150;
  private static final int ACCOUNTS = 12;
  private static final int PROCESSES = 4;
  private static final Duration LEASE = Duration.ofSeconds(2);

  /**
   * Handlers that take longer are as if they were paused: those that sleep, sleep in each other.
   */
  private static final Duration PROMPT = LEASE.dividedBy(10);

  sealed interface Booked {}

  record Paid(String account, long number) implements Booked {}

  record Noted(long number) implements Booked {}

  record Note(long number) implements Command<NoRejection> {}

  private static final Tag<String> ACCOUNT = Tag.named("account");
  private static final Events<Booked> EVENTS_OF =
      Events.of(Booked.class)
          .tag(Paid.class, ACCOUNT, Paid::account)
          .name("paid", Paid.class)
          .name("noted", Noted.class);

  private final SharedMemory.Fault fault;
  private final Duration given;
  private final Map<SimProcess, Long> pausedUntil = new HashMap<>();
  private final SharedMemory readModel;
  private final Map<String, List<Long>> expected = new TreeMap<>();
  private final List<Running> running = new ArrayList<>();
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);
  private ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(1, 1));
  private ModelLeases leases = new ModelLeases(simulation.scheduler()::elapsedNanos);
  private boolean calm;
  private @Nullable String wrong;
  private int appended;
  private int started;

  /** A process and its runtime. */
  private record Running(SimProcess process, Millrace millrace) {
    boolean isPaused() {
      return process.isPaused();
    }
  }

  /** Without a fault. */
  public LeaseScenario() {
    this(SharedMemory.Fault.NONE);
  }

  LeaseScenario(SharedMemory.Fault fault) {
    this(fault, LEASE);
  }

  /**
   * With a fault.
   *
   * @param given the time for which the table gives a lease, whatever it was asked for
   */
  LeaseScenario(SharedMemory.Fault fault, Duration given) {
    this.fault = fault;
    this.given = given;
    this.readModel = new SharedMemory(fault);
  }

  @Override
  public void run(Simulation given) {
    new LeaseScenario(fault, this.given).begin(given);
  }

  private void begin(Simulation fresh) {
    simulation = fresh;
    random = new SplittableRandom(fresh.seed());
    store = ModelEventStore.create(fresh.seams().clock(), new UUID(1, fresh.seed()));
    leases = new ModelLeases(fresh.scheduler()::elapsedNanos);
    readModel.clock(fresh.scheduler()::elapsedNanos);
    join();
    while (appended < EVENTS) {
      for (int i = random.nextInt(8); i > 0 && appended < EVENTS; i--) {
        append();
      }
      int millis = 1 + random.nextInt(800);
      var unused = // in whatever is under way then, as handlers are
          simulation
              .seams()
              .scheduler()
              .after(Duration.ofMillis(random.nextInt(millis)))
              .thenRun(this::disturb);
      simulation.scheduler().runFor(Duration.ofMillis(millis));
    }
    calm = true;
    finish();
  }

  private void disturb() {
    if (calm) {
      return;
    }
    running.removeIf(one -> !one.process().isAlive());
    int choice = random.nextInt(16);
    if (running.isEmpty() || (choice < 3 && running.size() < PROCESSES)) {
      join();
      return;
    }
    Running one = running.get(random.nextInt(running.size()));
    switch (choice) {
      case 3, 4, 5, 6, 7 -> pause(one.process());
      case 8 -> {
        running.remove(one);
        one.process().die();
      }
      case 9 -> {
        running.remove(one);
        var unused = one.millrace().stopProcessors();
      }
      case 10 -> one.process().skewClock(Duration.ofSeconds(random.nextInt(-3_600, 3_600)));
      default -> {}
    }
  }

  private void pause(SimProcess process) {
    Duration time = Duration.ofMillis(random.nextInt(3 * (int) LEASE.toMillis()));
    long until = simulation.scheduler().elapsedNanos() + time.toNanos();
    pausedUntil.merge(process, until, Math::max);
    process.pause(time);
  }

  private void join() {
    SimProcess process = new SimProcess(simulation, "p" + ++started);
    Millrace millrace =
        Millrace.builder()
            .seams(process.seams())
            .member("p" + started)
            .leaseTime(LEASE)
            .host(
                context(process, "p" + started),
                new SharedStore(
                    store, new ShortLeases(leases, given), simulation, process, () -> !calm))
            .start();
    running.add(new Running(process, millrace));
  }

  private Context context(SimProcess process, String member) {
    return Context.named("bank")
        .events(EVENTS_OF)
        .on(Note.class)
        .decide(command -> accept(new Noted(command.number())))
        .projection(
            Projection.named("inOrder", 1)
                .into(readModel)
                .batchesOf(1 + random.nextInt(4))
                .on(
                    Paid.class,
                    (event, tables) -> {
                      checkHolds(process, member, new LeaseKey("bank", "inOrder", 0));
                      handle(process, "all", event, tables);
                    }))
        .projection(
            Projection.named("byAccount", 1)
                .into(readModel)
                .keyedBy(ACCOUNT)
                .concurrency(1 + random.nextInt(6))
                .batchesOf(1 + random.nextInt(4))
                .on(
                    Paid.class,
                    (event, tables) -> {
                      checkHolds(process, member, new LeaseKey("bank", "byAccount", share(event)));
                      handle(process, event.account(), event, tables);
                    }))
        .reaction(
            Reaction.named("notes")
                .on(Paid.class, (event, commands) -> commands.send(new Note(event.number()))))
        .build();
  }

  private static int share(Paid event) {
    TagValue tag = new TagValue(ACCOUNT.name(), event.account());
    return KeySlots.shareOf(KeySlots.slotOf(new OrderingKey(Tenant.DEFAULT, tag)));
  }

  /** Who was not paused for a while, and works on something, holds it: nobody else may have it. */
  private void checkHolds(SimProcess process, String member, LeaseKey key) {
    long now = simulation.scheduler().elapsedNanos();
    Long paused = pausedUntil.get(process);
    boolean wasPaused = paused != null && now - paused < LEASE.toNanos();
    if (wasPaused || now - readModel.began() > PROMPT.toNanos()) {
      return;
    }
    LeaseTable table = leases.renew(new Member(new UUID(0, 0), "nobody", List.of()), LEASE).join();
    boolean holds =
        table.leases().stream()
            .filter(lease -> lease.key().equals(key) && lease.holder() != null)
            .flatMap(lease -> table.member(Objects.requireNonNull(lease.holder())).stream())
            .anyMatch(holder -> holder.name().equals(member));
    if (!holds && wrong == null) {
      wrong = member + " works on " + key + " and does not hold it";
    }
  }

  private void append() {
    long number = ++appended;
    String account = "a" + random.nextInt(ACCOUNTS);
    NewEvent event =
        Context.named("bank").events(EVENTS_OF).build().writeEvent(new Paid(account, number));
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
    expected.computeIfAbsent(account, first -> new ArrayList<>()).add(number);
    expected.computeIfAbsent("all", first -> new ArrayList<>()).add(number);
  }

  private void handle(SimProcess process, String row, Paid event, MemoryTables tables)
      throws Exception {
    tables
        .<String, List<Long>>table("numbers")
        .merge(row, List.of(event.number()), LeaseScenario::and);
    if (random.nextInt(3) == 0) {
      if (!calm && random.nextInt(15) == 0) {
        pause(process);
      }
      process.sleep(Duration.ofMillis(random.nextInt(60)));
    }
    if (!calm && random.nextInt(80) == 0) {
      throw new SQLTransientConnectionException("the database is away");
    }
  }

  private static List<Long> and(List<Long> before, List<Long> next) {
    List<Long> longer = new ArrayList<>(before);
    longer.addAll(next);
    return List.copyOf(longer);
  }

  private void finish() {
    simulation.scheduler().runUntil(() -> running.stream().noneMatch(Running::isPaused));
    while (running.size() < 2) {
      join();
    }
    Receipt all =
        new Receipt(
            "bank",
            store.identity(),
            appended,
            store.head(),
            simulation.seams().clock().instant(),
            false);
    for (Running one : running) {
      for (String processor : List.of("inOrder", "byAccount", "notes")) {
        simulation.await(one.millrace().reached(processor, all));
      }
    }
    if (wrong != null) {
      throw new AssertionError(wrong);
    }
    checkRows();
    checkNotes();
    simulation.scheduler().runUntil(this::isSpread);
  }

  private void checkRows() {
    Map<String, List<Long>> found = new TreeMap<>();
    readModel
        .rows()
        .read(tables -> {
          tables
              .<String, List<Long>>table("numbers")
              .rows()
              .forEach(row -> found.put(row.getKey(), row.getValue()));
          return found;
        });
    if (!found.equals(expected)) {
      throw new AssertionError("the rows are " + found + ", the store has " + expected);
    }
  }

  private void checkNotes() {
    Context context = Context.named("bank").events(EVENTS_OF).build();
    List<Long> notes = new ArrayList<>();
    for (RecordedEvent event :
        store.read(Query.all(), 1, Direction.FORWARD, 2 * EVENTS + 1).events()) {
      if (context.readEvent(event) instanceof Noted noted) {
        notes.add(noted.number());
      }
    }
    List<Long> due = LongStream.rangeClosed(1, EVENTS).boxed().toList();
    if (!notes.equals(due)) {
      throw new AssertionError("the notes are " + notes);
    }
  }

  /** Whether each process has its part of the lanes. */
  private boolean isSpread() {
    for (Running one : running) {
      int shares = one.millrace().processor("byAccount").status().shares();
      if (Math.abs(shares - 64 / running.size()) > 1) {
        return false;
      }
    }
    return true;
  }
}
