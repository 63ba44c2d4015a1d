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
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.wiring.SystemSeams;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Tests a decider by its events: given what happened, when a command comes, then these events
 * follow, or that rejection. It runs the real runtime on a {@link ModelEventStore}, so that names,
 * tags and boundaries are tested too; processors do not run.
 *
 * <pre>{@code
 * DeciderFixture.of(BANK)
 *     .given(new Deposited("a", 300))
 *     .when(new Withdraw("a", 500))
 *     .thenRejected(new Overdrawn(200));
 * }</pre>
 */
public final class DeciderFixture {
  private final Context context;
  private final ModelEventStore store =
      ModelEventStore.create(InstantSource.fixed(Instant.EPOCH), new UUID(0, 1));
  private final Millrace millrace;
  private int appends;

  private DeciderFixture(Context context) {
    this.millrace =
        Millrace.builder()
            .host(context, store, new MemorySubjectKeys(SystemSeams.shared()))
            .withoutProcessors()
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
      List<Object> events = new ArrayList<>();
      for (RecordedEvent stored :
          store
              .read(Query.all().acrossTenants(), before + 1, Direction.FORWARD, Append.MAX_EVENTS)
              .events()) {
        events.add(context.readEvent(stored));
      }
      return events;
    }
  }
}
