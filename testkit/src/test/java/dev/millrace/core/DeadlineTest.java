package dev.millrace.core;

import static dev.millrace.testkit.DeciderFixture.START;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Rental.Count;
import dev.millrace.core.Rental.Counted;
import dev.millrace.core.Rental.Lend;
import dev.millrace.core.Rental.Lent;
import dev.millrace.core.Rental.Refused;
import dev.millrace.core.Rental.Remind;
import dev.millrace.core.Rental.Reminded;
import dev.millrace.core.Rental.Renew;
import dev.millrace.core.Rental.Renewed;
import dev.millrace.core.Rental.Reserve;
import dev.millrace.core.Rental.Return;
import dev.millrace.core.Rental.Returned;
import dev.millrace.core.deadline.Cron;
import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.deadline.Missed;
import dev.millrace.core.deadline.OpenDeadline;
import dev.millrace.core.deadline.Recurrence;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.DeciderFixture;
import dev.millrace.testkit.MemorySubjectKeys;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Commands are sent when their time has come, each once in effect. */
final class DeadlineTest {
  private static final Instant DUE = START.plus(Rental.PERIOD);

  private final Simulation simulation = Simulation.of(7);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(0, 1));
  private int commands;

  private Millrace start(Context context) {
    return Millrace.builder().seams(simulation.seams()).host(context, store).start();
  }

  private Millrace start() {
    return start(Rental.context().build());
  }

  private void send(Millrace millrace, Command<?> command) {
    send(millrace, command, Tenant.DEFAULT);
  }

  private void send(Millrace millrace, Command<?> command, Tenant tenant) {
    CommandEnvelope envelope = CommandEnvelope.of("c-" + ++commands).forTenant(tenant);
    assertThat(simulation.<Outcome<?>>await(millrace.submit(command, envelope).thenApply(o -> o)))
        .isInstanceOf(Accepted.class);
  }

  private void pass(Duration duration) {
    simulation.scheduler().runFor(duration);
  }

  private Instant now() {
    return simulation.seams().clock().instant();
  }

  private List<Object> events() {
    List<Object> events = new ArrayList<>();
    for (RecordedEvent stored :
        store
            .read(Query.all().acrossTenants(), 1, Direction.FORWARD, EventStore.MAX_PAGE)
            .events()) {
      Object event = Rental.context().build().readEvent(stored);
      if (!(event instanceof DeadlineEvent)) {
        events.add(event);
      }
    }
    return events;
  }

  private static DeadlineStatus status(Millrace millrace) {
    return millrace.deadlines().get(0);
  }

  @Test
  void anOperatorListsWhatIsOpenAndTakesItBack() {
    Tenant other = new Tenant("other");
    Millrace millrace = start();
    send(millrace, new Lend("dune", DUE.plusSeconds(5)));
    send(millrace, new Lend("emma", DUE));
    send(millrace, new Lend("dune", DUE), other);
    List<OpenDeadline> open = simulation.await(millrace.openDeadlines("rental", 2));
    assertThat(open).extracting(OpenDeadline::key).containsExactly("emma", "dune");
    assertThat(open).extracting(OpenDeadline::tenant).containsExactly(Tenant.DEFAULT, other);
    assertThat(open).extracting(OpenDeadline::due).containsOnly(DUE);
    assertThat(simulation.await(millrace.cancelDeadline("rental", other, "emma", "ann")))
        .as("of another tenant")
        .isFalse();
    assertThat(simulation.await(millrace.cancelDeadline("rental", other, "dune", "ann"))).isTrue();
    assertThat(simulation.await(millrace.cancelDeadline("rental", other, "dune", "ann")))
        .as("again")
        .isFalse();
    RecordedEvent last =
        store.read(Query.all().acrossTenants(), store.head(), Direction.FORWARD, 1).events().get(0);
    assertThat(last.type()).isEqualTo(DeadlineEvent.DeadlineCancelled.NAME);
    assertThat(last.tenant()).isEqualTo(other);
    assertThat(last.metadata().actor()).isEqualTo("ann");
    pass(Rental.PERIOD.plusSeconds(10));
    assertThat(events())
        .filteredOn(Reminded.class::isInstance)
        .containsExactly(new Reminded("emma"), new Reminded("dune"));
    assertThatThrownBy(() -> millrace.openDeadlines("nothing", 1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aStartGoesOnFromWhatWasKept() {
    Millrace first = start();
    int many = DeadlineSnapshots.LEAST_EVENTS + 10;
    for (int i = 0; i < many; i++) {
      send(first, new Lend("book-" + i, DUE.plusSeconds(i)));
    }
    send(first, new Return("book-0"));
    simulation.await(first.openDeadlines("rental", 1));
    simulation.await(first.stopProcessors());
    Context context = Rental.context().build();
    Snapshot kept = store.snapshots().find(DeadlineSnapshots.key(context)).orElseThrow();
    assertThat(kept.position()).isEqualTo(store.head());

    Millrace second = start();
    send(second, new Return("book-1"));
    send(second, new Lend("dune", DUE));
    List<OpenDeadline> open = simulation.await(second.openDeadlines("rental", 3));
    assertThat(open).extracting(OpenDeadline::key).containsExactly("dune", "book-2", "book-3");
    assertThat(status(second).open()).isEqualTo(many - 1);
    simulation.await(second.stopProcessors());

    DeadlineBook book = new DeadlineBook();
    DeadlineBook.Key only = new DeadlineBook.Key(Tenant.DEFAULT, "only");
    book.restore(new DeadlineBook.Deadline(only, 1, DUE));
    keep(context, DeadlineSnapshots.encode(new DeadlineSnapshots.State(book, Map.of(), 1)));
    Millrace third = start();
    open = simulation.await(third.openDeadlines("rental", 9));
    assertThat(open)
        .as("what was kept is not read again")
        .extracting(OpenDeadline::key)
        .contains("only");
    simulation.await(third.stopProcessors());

    keep(context, Bytes.utf8("damaged"));
    Millrace fourth = start();
    assertThat(simulation.await(fourth.openDeadlines("rental", 9))).hasSize(9);
    assertThat(status(fourth).open()).as("read anew").isEqualTo(many - 1);
    pass(Rental.PERIOD.plusSeconds(2L * many));
    assertThat(events()).filteredOn(Reminded.class::isInstance).hasSize(many - 1);
  }

  private void keep(Context context, Bytes state) {
    simulation.await(
        store
            .snapshots()
            .save(
                new Snapshot(
                    DeadlineSnapshots.key(context), store.identity(), store.head(), state)));
  }

  @Test
  void aFixtureLetsTimePass() {
    DeciderFixture.of(Rental.context().build())
        .when(new Lend("dune", DUE))
        .thenAccepted(new Lent("dune", DUE))
        .thenDeadline("dune", DUE, new Remind("dune"))
        .whenTimePasses(Rental.PERIOD.minusSeconds(2))
        .thenEvents()
        .whenTimePasses(ofSeconds(1))
        .thenEvents(new Reminded("dune"))
        .thenNoDeadline("dune")
        .whenTimePasses(ofDays(100))
        .thenEvents();
  }

  @Test
  void aDeadlineIsCancelledAndSetAnewWithTheDecisionThatSaysSo() {
    Instant later = DUE.plus(ofDays(7));
    DeciderFixture.of(Rental.context().build())
        .when(new Lend("dune", DUE))
        .thenAccepted(new Lent("dune", DUE))
        .when(new Renew("dune", later))
        .thenAccepted(new Renewed("dune", later))
        .thenDeadline("dune", later, new Remind("dune"))
        .whenTimePasses(Rental.PERIOD)
        .thenEvents()
        .whenTimePasses(ofDays(7))
        .thenEvents(new Reminded("dune"))
        .when(new Return("dune"))
        .thenAccepted(new Returned("dune"))
        .when(new Lend("dune", later.plus(ofDays(30))))
        .thenAccepted(new Lent("dune", later.plus(ofDays(30))))
        .when(new Return("dune"))
        .thenAccepted(new Returned("dune"))
        .thenNoDeadline("dune")
        .whenTimePasses(ofDays(60))
        .thenEvents();
  }

  @Test
  void aDeadlineAloneIsStoredAndARejectedCommandIsDone() {
    DeciderFixture.of(Rental.context().build())
        .when(new Reserve("dune", ofHours(3)))
        .thenAccepted()
        .thenDeadline("lapse/dune", START.plus(ofHours(3)), new Rental.Lapse("dune"))
        .whenTimePasses(ofHours(3))
        .thenEvents()
        .thenNoDeadline("lapse/dune");
  }

  @Test
  void eachTenantHasItsOwn() {
    Millrace millrace = start();
    send(millrace, new Lend("dune", now().plus(ofHours(1))), new Tenant("a"));
    send(millrace, new Lend("dune", now().plus(ofHours(2))), new Tenant("b"));
    pass(ofHours(3));
    List<RecordedEvent> reminded =
        store.read(Query.types("reminded").acrossTenants(), 1, Direction.FORWARD, 10).events();
    assertThat(reminded).extracting(one -> one.tenant().name()).containsExactly("a", "b");
    assertThat(status(millrace).open()).isZero();
    assertThat(reminded.get(0).metadata().actor()).isEqualTo("deadline:dune");
    assertThat(reminded.get(0).metadata().correlationId()).isEqualTo("c-1");
  }

  @Test
  void whatWasDueWhileNobodyWasThereIsSentInOrder() {
    Millrace millrace = start();
    for (int i = 0; i < 400; i++) {
      send(millrace, new Lend("b-" + i, now().plus(ofHours(10)).minusSeconds(i)));
    }
    simulation.await(millrace.stopProcessors());
    pass(ofDays(2));
    assertThat(events()).hasSize(400);

    Millrace next = start();
    pass(ofSeconds(5));
    List<Object> sent = events().subList(400, 800);
    for (int i = 0; i < sent.size(); i++) { // of 256 at the same time any may be the next
      int number = Integer.parseInt(((Reminded) sent.get(i)).book().substring(2));
      assertThat(399 - number)
          .as("sent as number " + i)
          .isLessThanOrEqualTo(i + DeadlineWorker.MAX_IN_FLIGHT);
    }
    assertThat(status(next).open()).isZero();
    assertThat(status(next).fired()).isEqualTo(400);
    long head = store.head();
    simulation.await(next.stopProcessors());
    Millrace third = start();
    pass(ofDays(2));
    assertThat(store.head()).as("nothing is sent again").isEqualTo(head);
    assertThat(status(third).fired()).isZero();
  }

  @Test
  void anotherProcessSendsTheSameWithTheSameIds() {
    Millrace one = start();
    Millrace other = start();
    for (int i = 0; i < 50; i++) {
      send(one, new Lend("b-" + i, now().plus(ofMinutes(i))));
    }
    pass(ofHours(2));
    assertThat(events().stream().filter(Reminded.class::isInstance))
        .hasSize(50)
        .doesNotHaveDuplicates();
    assertThat(status(one).open()).isZero();
    assertThat(status(other).open()).isZero();
  }

  @Test
  void aCommandThatFailsIsTriedAgainAndHoldsUpNoOther() {
    Millrace millrace = start();
    send(millrace, new Reserve("poison", ofSeconds(1)));
    for (int i = 0; i < 300; i++) {
      send(millrace, new Lend("b-" + i, now().plus(ofSeconds(2))));
    }
    pass(ofSeconds(10));
    assertThat(events()).hasSize(600);
    DeadlineStatus status = status(millrace);
    assertThat(status.open()).isEqualTo(1);
    assertThat(status.failing()).isEqualTo(1);
    assertThat(status.problem()).contains("lapse/poison", "nobody can decide this");
    send(millrace, new Reserve("poison", ofDays(1)));
    pass(ofSeconds(1));
    assertThat(status(millrace).failing()).as("set anew").isZero();
  }

  @Test
  void howTheClockGoesDoesNoHarm() {
    Millrace millrace = start();
    Instant due = now().plus(ofHours(10));
    send(millrace, new Lend("dune", due));
    send(millrace, new Reserve("poison", Duration.ZERO));
    pass(ofSeconds(1));
    simulation.scheduler().skewClock(ofHours(-5));
    send(millrace, new Lend("emma", now().plus(ofMinutes(1))));
    pass(ofMinutes(2));
    assertThat(events()).as("set after it was put back").contains(new Reminded("emma"));
    pass(ofHours(12));
    assertThat(events()).as("not early").doesNotContain(new Reminded("dune"));
    simulation.scheduler().skewClock(ofHours(5));
    pass(ofSeconds(2));
    assertThat(events()).as("nobody waits for timers").contains(new Reminded("dune"));
    simulation.scheduler().skewClock(ofDays(-3));
    pass(ofDays(4));
    assertThat(events().stream().filter(Reminded.class::isInstance)).hasSize(2);
  }

  @Test
  void manyThatAreSetAnewTakeNoRoom() {
    Millrace millrace = start();
    send(millrace, new Lend("dune", now().plus(ofDays(1))));
    for (int i = 0; i < 2_500; i++) {
      send(millrace, new Renew("dune", now().plus(ofDays(1))));
    }
    pass(ofMillis(200));
    assertThat(status(millrace).open()).isEqualTo(1);
    pass(ofDays(2));
    assertThat(events().stream().filter(Reminded.class::isInstance)).hasSize(1);
  }

  @Test
  void whatCannotBeKeptIsRefused() {
    assertThatThrownBy(() ->
            Decision.<Object, Refused>reject(new Refused("")).deadline("k", START, new Remind("b")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'k'");
    Decision<Object, Refused> accepted = Decision.accept();
    assertThatThrownBy(() -> accepted.deadline(" ", START, new Remind("b")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> accepted.deadline("k", Instant.MAX, new Remind("b")))
        .hasMessageContaining("1970 and 9999");
    assertThatThrownBy(() -> accepted.deadline("k", ofDays(-1), new Remind("b")))
        .hasMessageContaining("36525 days");
    Context club =
        Club.context()
            .on(Count.class)
            .decide(command ->
                Decision.<Club.ClubEvent, NoRejection>accept()
                    .deadline("k", ofDays(1), new Club.Rename("m", Personal.of("Ann"))))
            .build();
    Millrace clubs =
        Millrace.builder()
            .seams(simulation.seams())
            .host(club, store, new MemorySubjectKeys(simulation.seams()))
            .start();
    assertThatThrownBy(() -> send(clubs, new Count("b", START)))
        .hasMessageContaining("personal components");
  }

  private static Context with(Recurrence recurrence, Missed missed) {
    return Rental.context()
        .schedule(
            Schedule.named("stock-taking", recurrence)
                .sending(at -> new Count("all", at))
                .whenMissed(missed))
        .build();
  }

  private List<Instant> counted() {
    return events().stream()
        .filter(Counted.class::isInstance)
        .map(event -> ((Counted) event).at())
        .toList();
  }

  @Test
  void aScheduleSendsEachOccurrenceOnceAndKnowsWhereItWas() {
    Context context = with(Cron.of("0 6 * * *", ZoneOffset.UTC), Missed.LATEST);
    Millrace millrace = start(context);
    pass(ofDays(2));
    List<Instant> two = List.of(START.plus(ofHours(6)), START.plus(ofHours(30)));
    assertThat(counted()).isEqualTo(two);
    Millrace beside = start(context);
    pass(ofDays(1));
    assertThat(counted()).as("with two processes").hasSize(3).doesNotHaveDuplicates();
    assertThat(status(beside).schedules().get(0).next()).isEqualTo(START.plus(ofHours(78)));
    simulation.await(millrace.stopProcessors());
    simulation.await(beside.stopProcessors());
    start(context);
    pass(ofHours(1));
    assertThat(counted()).hasSize(3);
  }

  @Test
  void missedOccurrencesAreSentAllOrOnceOrNotAtAll() {
    for (Missed missed : Missed.values()) {
      DeadlineTest other = new DeadlineTest();
      Context context = with(Cron.of("0 6 * * *", ZoneOffset.UTC), missed);
      Millrace first = other.start(context);
      other.pass(ofHours(7));
      other.simulation.await(first.stopProcessors());
      other.pass(ofDays(3)); // three were missed
      other.start(context);
      other.pass(ofMinutes(5));
      Instant last = START.plus(ofHours(78));
      assertThat(other.counted())
          .as("%s", missed)
          .isEqualTo(
              switch (missed) {
                case ALL ->
                    List.of(
                        START.plus(ofHours(6)),
                        START.plus(ofHours(30)),
                        START.plus(ofHours(54)),
                        last);
                case LATEST -> List.of(START.plus(ofHours(6)), last);
                case NONE -> List.of(START.plus(ofHours(6)));
              });
      other.pass(ofDays(1));
      assertThat(other.counted()).as("%s goes on", missed).endsWith(last.plus(ofDays(1)));
    }
  }

  @Test
  void aScheduleThatCannotTellWhenItIsNextHoldsUpNothing() {
    Recurrence hourly = Recurrence.every(ofHours(1), START);
    boolean[] broken = {true};
    Context context =
        Rental.context()
            .schedule(
                Schedule.named(
                        "broken",
                        after -> {
                          if (broken[0]) {
                            throw new IllegalStateException("no calendar");
                          }
                          return hourly.next(after);
                        })
                    .sending(at -> new Count("broken", at)))
            .schedule(Schedule.named("hourly", hourly).sending(at -> new Count("all", at)))
            .build();
    Millrace millrace = start(context);
    send(millrace, new Lend("dune", now().plus(ofMinutes(5))));
    pass(ofMinutes(70));
    assertThat(events()).contains(new Reminded("dune"), new Counted("all", START.plus(ofHours(1))));
    assertThat(status(millrace).schedules().get(0).problem()).contains("no calendar");
    broken[0] = false;
    pass(ofMinutes(60));
    assertThat(events())
        .as("the latest of those it missed")
        .contains(new Counted("broken", START.plus(ofHours(2))));
    assertThat(status(millrace).schedules().get(0).problem()).isNull();
  }

  @Test
  void nothingIsPassedOverBehindAnEventThatCannotBeRead() {
    Millrace millrace = start();
    send(millrace, new Lend("dune", now().plus(ofHours(1))));
    simulation.await(millrace.stopProcessors());
    NewEvent newer = new NewEvent(DeadlineEvent.DeadlineSet.NAME, 99, List.of(), Bytes.EMPTY);
    simulation.await(
        store.append(
            new Append(
                new UUID(0, 2),
                Tenant.DEFAULT,
                List.of(newer),
                AppendCondition.NONE,
                Metadata.NONE,
                null)));
    Millrace old = start();
    send(old, new Return("dune"));
    send(old, new Lend("dune", now().plus(ofDays(1))));
    pass(ofHours(2));
    assertThat(store.read(Query.types("reminded"), 1, Direction.FORWARD, 10).events())
        .as("it was returned")
        .isEmpty();
    assertThat(status(old).level()).isFalse();
    assertThat(status(old).problem()).contains(DeadlineEvent.DeadlineSet.NAME);
  }

  @Test
  void whatWasNotedAndIsNotDueAnyMoreWaitsAgain() {
    DeadlineBook book = new DeadlineBook();
    for (int i = 1; i <= 3; i++) {
      RecordedEvent stored =
          new RecordedEvent(
              i,
              new EventId(new UUID(0, i), 0),
              DeadlineEvent.DeadlineSet.NAME,
              1,
              START,
              Tenant.DEFAULT,
              List.of(),
              Bytes.EMPTY,
              Metadata.NONE);
      book.apply(stored, new DeadlineEvent.DeadlineSet("k" + i, null, ofHours(i), "c", "{}"));
    }
    book.note(START.plus(ofHours(4)), 10);
    assertThat(book.due()).isEqualTo(3);
    DeadlineBook.Deadline taken = Objects.requireNonNull(book.take());
    book.retryFrom(START);
    assertThat(book.hasDue()).isFalse();
    assertThat(book.next()).isEqualTo(START.plus(ofHours(2)));
    book.again(taken, START.plus(ofSeconds(1)));
    assertThat(book.next()).as("not before it is due").isEqualTo(START.plus(ofHours(1)));
    book.note(START.plus(ofHours(1)), 10);
    assertThat(book.take()).isSameAs(taken);
    assertThat(book.take()).isNull();
  }
}
