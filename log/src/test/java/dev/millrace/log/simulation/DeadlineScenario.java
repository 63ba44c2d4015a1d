package dev.millrace.log.simulation;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Decision;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.Schedule;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.Missed;
import dev.millrace.core.deadline.Recurrence;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.SimScheduler;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * Alarms are set, moved and taken back, and ring; a clock ticks every ten seconds. The process is
 * killed or the power fails at moments drawn from the seed, and the clock is put forward and back.
 * In the end each alarm has rung once, not early, and each tick is there once.
 */
public final class DeadlineScenario implements Scenario {
  private static final int ALARMS = 25;
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final int PUT_BACK = 20;
  private static final Duration TICK = Duration.ofSeconds(10);
  private static final Tag<Integer> ALARM = Tag.named("alarm", String::valueOf);

  sealed interface Clockwork {
    int alarm();
  }

  /** Set, or set anew. */
  record AlarmSet(int alarm, Instant due) implements Clockwork {}

  record Stopped(int alarm) implements Clockwork {}

  record Rang(int alarm, Instant due) implements Clockwork {}

  record Ticked(int alarm, Instant at) implements Clockwork {}

  record No(String why) {}

  record SetAlarm(int alarm, Instant due) implements Command<No> {}

  record Stop(int alarm) implements Command<No> {}

  record Ring(int alarm, Instant due) implements Command<No> {}

  record Tick(Instant at) implements Command<No> {}

  /** When it rings; the epoch: it does not. */
  private static final View<Integer, Instant> DUE =
      View.of(Instant.class)
          .keyed(ALARM)
          .starting(Instant.EPOCH)
          .on(AlarmSet.class, (due, event) -> event.due())
          .on(Stopped.class, (due, event) -> Instant.EPOCH)
          .on(Rang.class, (due, event) -> Instant.EPOCH);

  private final boolean planted;
  private SplittableRandom random = new SplittableRandom();
  private Simulation simulation = Simulation.of(0);
  private int commands;
  private boolean wasPutBack;
  private final Map<Integer, Instant> acknowledged = new HashMap<>();

  /** As it is. */
  public DeadlineScenario() {
    this(false);
  }

  /**
   * A scenario.
   *
   * @param planted whether alarms ring when they are set, so that the check has something to find
   */
  DeadlineScenario(boolean planted) {
    this.planted = planted;
  }

  @Override
  public void run(Simulation first) {
    new DeadlineScenario(planted).begin(first);
  }

  private void begin(Simulation first) {
    simulation = first;
    random = new SplittableRandom(first.seed());
    int crashes = 1 + random.nextInt(4);
    for (int crash = 0; crash < crashes; crash++) {
      live(false);
      long next = random.nextLong();
      Instant then = now();
      simulation =
          random.nextBoolean()
              ? simulation.afterKill(next)
              : simulation.afterPowerLoss(next, Choices.seeded(next));
      simulation.trace().sendTo(first.trace()::add);
      // a new simulation's clock begins anew; for it the process was away for some time
      simulation
          .scheduler()
          .skewClock(Duration.between(SimScheduler.START, then).plusSeconds(random.nextInt(30)));
    }
    live(true);
  }

  private Instant now() {
    return simulation.seams().clock().instant();
  }

  private void live(boolean last) {
    CompletableFuture<LogEventStore> opening =
        LogEventStore.opening(
            simulation.disk(),
            simulation.seams(),
            LogOptions.DEFAULT.withSegmentBytes(16 * 1024).withPrepareBytes(8 * 1024));
    LogEventStore store = simulation.await(opening);
    Millrace millrace = Millrace.builder().seams(simulation.seams()).host(context(), store).start();
    int actions = last ? 5 : random.nextInt(40);
    for (int i = 0; i < actions; i++) {
      act(millrace);
      simulation.scheduler().runFor(Duration.ofMillis(random.nextInt(3_000)));
      if (random.nextInt(10) == 0) {
        int seconds = random.nextInt(-PUT_BACK, PUT_BACK);
        simulation.scheduler().skewClock(Duration.ofSeconds(seconds));
        wasPutBack |= seconds < 0;
      }
    }
    if (!last) {
      long steps = simulation.scheduler().steps() + random.nextInt(300);
      CompletableFuture<Void> later = simulation.scheduler().after(LONGEST);
      simulation
          .scheduler()
          .runUntil(() -> later.isDone() || simulation.scheduler().steps() > steps);
      return;
    }
    simulation.scheduler().runFor(LONGEST.plusSeconds(120));
    check(store, millrace);
  }

  /** Sends, and sometimes waits for the answer. */
  private void act(Millrace millrace) {
    int alarm = random.nextInt(ALARMS);
    Instant due = now().plusMillis(random.nextLong(LONGEST.toMillis()));
    Command<No> command = random.nextInt(4) == 0 ? new Stop(alarm) : new SetAlarm(alarm, due);
    CompletableFuture<?> answer =
        millrace
            .submit(command, CommandEnvelope.of("c-" + ++commands))
            .thenAccept(outcome -> {
              if (command instanceof SetAlarm && outcome instanceof Accepted<No>) {
                acknowledged.put(alarm, due);
              }
            });
    if (random.nextBoolean()) {
      simulation.await(answer);
    }
  }

  private void check(EventStore store, Millrace millrace) {
    Map<Integer, Instant> open = new HashMap<>();
    Set<String> rang = new HashSet<>();
    TreeSet<Instant> ticks = new TreeSet<>();
    Set<Integer> everSet = new HashSet<>();
    Context context = context();
    for (RecordedEvent stored :
        store.read(Query.all(), 1, Direction.FORWARD, EventStore.MAX_PAGE).events()) {
      switch (context.readEvent(stored)) {
        case AlarmSet set -> {
          open.put(set.alarm(), set.due());
          everSet.add(set.alarm());
        }
        case Stopped stopped -> open.remove(stopped.alarm());
        case Rang event -> {
          require(event.due().equals(open.remove(event.alarm())), event + " was not set so");
          require(
              !event.due().truncatedTo(ChronoUnit.MICROS).isAfter(latest(stored)),
              event + " is early at " + stored.time());
          require(rang.add(event.alarm() + "@" + event.due()), event + " stands twice");
        }
        case Ticked tick -> require(ticks.add(tick.at()), tick + " stands twice");
        case DeadlineEvent platform -> {}
        default -> throw new AssertionError(stored);
      }
    }
    open.values().removeIf(due -> due.isAfter(now().minusSeconds(5)));
    require(open.isEmpty(), "alarms that never rang: " + open);
    require(everSet.containsAll(acknowledged.keySet()), "an acknowledged alarm is lost");
    require(millrace.deadlines().get(0).due() == 0, "some wait: " + millrace.deadlines());
    checkTicks(ticks);
  }

  /** What the clock may have shown when it rang: it may have been put back on the way. */
  private Instant latest(RecordedEvent rang) {
    return wasPutBack ? rang.time().plusSeconds(PUT_BACK) : rang.time();
  }

  private void checkTicks(NavigableSet<Instant> ticks) {
    require(!ticks.isEmpty(), "it ticked");
    Instant due = ticks.first();
    for (Instant tick : ticks) {
      require(tick.equals(due), "the tick at " + due + " is missing");
      due = due.plus(TICK);
    }
    require(!due.isBefore(now().minusSeconds(15)), "it ticks no more after " + ticks.last());
  }

  private void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError(what + " (seed " + simulation.seed() + ")");
    }
  }

  private Context context() {
    return Context.named("clockwork")
        .events(
            Events.of(Clockwork.class)
                .tag(ALARM, Clockwork::alarm)
                .name("set", AlarmSet.class)
                .name("stopped", Stopped.class)
                .name("rang", Rang.class)
                .name("ticked", Ticked.class))
        .on(SetAlarm.class)
        .decide(command ->
            Decision.<Clockwork, No>accept(new AlarmSet(command.alarm(), command.due()))
                .deadline(
                    "alarm/" + command.alarm(),
                    planted ? Instant.EPOCH : command.due(),
                    new Ring(command.alarm(), command.due())))
        .on(Stop.class)
        .reading(DUE, Stop::alarm)
        .decide((due, command) ->
            due.equals(Instant.EPOCH)
                ? reject(new No("it does not ring"))
                : Decision.<Clockwork, No>accept(new Stopped(command.alarm()))
                    .cancelDeadline("alarm/" + command.alarm()))
        .on(Ring.class)
        .reading(DUE, Ring::alarm)
        .decide((due, command) ->
            due.equals(command.due())
                ? accept(new Rang(command.alarm(), command.due()))
                : reject(new No("it was moved")))
        .on(Tick.class)
        .decide(command -> accept(new Ticked(-1, command.at())))
        .schedule(
            Schedule.named("tick", Recurrence.every(TICK, Instant.EPOCH))
                .sending(Tick::new)
                .whenMissed(Missed.ALL))
        .build();
  }
}
