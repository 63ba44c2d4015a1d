package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Outcome;
import dev.millrace.core.Receipt;
import dev.millrace.core.Rejected;
import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineSet;
import dev.millrace.core.deadline.DeadlineEvent.DeadlinesPassed;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.SimScheduler;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Tests a decider by its events: given what happened, when a command comes, then these events
 * follow, or that rejection. It runs the real runtime on a {@link ModelEventStore}, so that names,
 * tags and boundaries are tested too; processors do not run, deadlines and schedules do.
 *
 * <pre>{@code
 * DeciderFixture.of(BANK)
 *     .given(new Deposited("a", 300))
 *     .when(new Withdraw("a", 500))
 *     .thenRejected(new Overdrawn(200));
 * }</pre>
 *
 * <p>Time stands still at {@link #START} until the test lets it pass:
 *
 * <pre>{@code
 * DeciderFixture.of(SHOP)
 *     .when(new Order("o-1"))
 *     .thenAccepted(new Ordered("o-1"))
 *     .thenDeadline("payment/o-1", START.plus(ofDays(3)), new CancelUnpaid("o-1"))
 *     .whenTimePasses(ofDays(3))
 *     .thenEvents(new Cancelled("o-1"));
 * }</pre>
 *
 * <p>For one thread.
 */
public final class DeciderFixture {
  private final Context context;

  /** When a test begins. */
  public static final Instant START = SimScheduler.START;

  private final Simulation simulation = Simulation.of(1);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(0, 1));
  private final Millrace millrace;
  private int appends;

  private DeciderFixture(Context context) {
    this.millrace =
        Millrace.builder()
            .host(context, store, new MemorySubjectKeys(SystemSeams.shared()))
            .withDeadlinesOnly()
            .seams(simulation.seams())
            .start();
    this.context = millrace.contexts().get(0);
  }

  /** Nothing has happened in this context. */
  public static DeciderFixture of(Context context) {
    return new DeciderFixture(context);
  }

  /** These events have happened, in this order. */
  public DeciderFixture given(Object... events) {
    for (Object event : events) {
      List<NewEvent> one = List.of(context.writeEvent(event));
      store.append(Append.of(new UUID(1, ++appends), one)).join();
    }
    return this;
  }

  /** This command comes. */
  public <R> Then<R> when(Command<R> command) {
    return when(command, CommandEnvelope.of("fixture-" + ++appends));
  }

  /** This command comes, with an id and perhaps a tenant and an actor. */
  public <R> Then<R> when(Command<R> command, CommandEnvelope envelope) {
    long before = store.head();
    return new Then<>(millrace.send(command, envelope), before);
  }

  /** Time passes; deadlines and schedules that become due are sent. */
  public TimePassed whenTimePasses(Duration duration) {
    long before = store.head();
    simulation.scheduler().runFor(duration);
    simulation.scheduler().runFor(Duration.ofSeconds(1)); // for what was due at the last moment
    return new TimePassed(before);
  }

  /** A deadline is open, due at this instant, with this command. */
  public DeciderFixture thenDeadline(String key, Instant due, Command<?> command) {
    RecordedEvent stored = openDeadlines().get(key);
    assertThat(stored).as("deadline '%s'", key).isNotNull();
    DeadlineSet set = (DeadlineSet) context.readEvent(Objects.requireNonNull(stored));
    assertThat(set.due(stored.time())).as("when deadline '%s' is due", key).isEqualTo(due);
    Bytes payload = Bytes.wrap(Base64.getDecoder().decode(set.payload()));
    assertThat((Object) context.readCommand(set.command(), payload))
        .as("what deadline '%s' sends", key)
        .isEqualTo(command);
    return this;
  }

  /** No deadline is open under a key. */
  public DeciderFixture thenNoDeadline(String key) {
    assertThat(openDeadlines()).as("open deadlines").doesNotContainKey(key);
    return this;
  }

  /** Of all tenants, by key. */
  private Map<String, RecordedEvent> openDeadlines() {
    Map<String, RecordedEvent> open = new TreeMap<>();
    for (RecordedEvent stored : storedAfter(0)) {
      switch (context.readEvent(stored)) {
        case DeadlineSet set -> open.put(set.key(), stored);
        case DeadlineCancelled cancelled -> open.remove(cancelled.key());
        case DeadlinesPassed passed ->
            passed
                .deadlines()
                .forEach(one ->
                    open.computeIfPresent(
                        one.key(),
                        (key, there) -> there.position() == one.position() ? null : there));
        default -> {}
      }
    }
    return open;
  }

  private List<RecordedEvent> storedAfter(long position) {
    return store
        .read(Query.all().acrossTenants(), position + 1, Direction.FORWARD, Append.MAX_EVENTS)
        .events();
  }

  /** The context's own events, without those of the platform about deadlines. */
  private List<Object> eventsAfter(long position) {
    List<Object> events = new ArrayList<>();
    for (RecordedEvent stored : storedAfter(position)) {
      Object event = context.readEvent(stored);
      if (!(event instanceof DeadlineEvent)) {
        events.add(event);
      }
    }
    return events;
  }

  /** What must have happened while time passed. */
  public final class TimePassed {
    private final long before;

    private TimePassed(long before) {
      this.before = before;
    }

    /** Exactly these events followed, in this order; none: nothing happened. */
    public DeciderFixture thenEvents(Object... events) {
      assertThat(eventsAfter(before)).as("events that followed").containsExactly(events);
      return DeciderFixture.this;
    }
  }

  /** What must follow. */
  public final class Then<R> {
    private final Outcome<R> outcome;
    private final long before;

    private Then(Outcome<R> outcome, long before) {
      this.outcome = outcome;
      this.before = before;
    }

    /** It is accepted with exactly these events, in this order. */
    public DeciderFixture thenAccepted(Object... events) {
      assertThat(outcome).as("outcome").isInstanceOf(Accepted.class);
      assertThat(newEvents()).as("events that followed").containsExactly(events);
      return DeciderFixture.this;
    }

    /** It is accepted as before, and nothing new is stored. */
    public DeciderFixture thenRepeated() {
      assertThat(outcome)
          .as("outcome")
          .isInstanceOfSatisfying(
              Accepted.class,
              accepted -> {
                Receipt receipt = accepted.receipt();
                assertThat(receipt.repeated()).as("repeated").isTrue();
              });
      assertThat(newEvents()).as("events that followed").isEmpty();
      return DeciderFixture.this;
    }

    /** It is rejected for this reason, and nothing is stored. */
    public DeciderFixture thenRejected(R reason) {
      assertThat(outcome)
          .as("outcome")
          .isInstanceOfSatisfying(
              Rejected.class, rejected -> assertThat(rejected.reason()).isEqualTo(reason));
      assertThat(newEvents()).as("events that followed").isEmpty();
      return DeciderFixture.this;
    }

    private List<Object> newEvents() {
      return eventsAfter(before);
    }
  }
}
