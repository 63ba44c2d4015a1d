package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.DeadLetterAction;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.HandlerTimeoutException;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What becomes of events that cannot be handled. All in the simulator, from a fixed seed. */
final class DeadLetterTest {
  private static final Retry TWICE = Retry.attempts(2);

  private final Simulation simulation = Simulation.of(20);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(2, 0));
  private final MemoryReadModel readModel = new MemoryReadModel();
  private final List<String> broken = new ArrayList<>();

  private Projection<MemoryTables> balances() {
    return Projection.named("balances", 1)
        .into(readModel)
        .retrying(TWICE)
        .on(
            Bank.Deposited.class,
            (event, tables) -> {
              tables
                  .<String, Long>table("balance")
                  .merge(event.account(), event.cents(), Long::sum);
              tables
                  .<String, String>table("order")
                  .merge(event.account(), "" + event.cents(), (all, next) -> all + " " + next);
              if (broken.contains(event.account() + event.cents())) {
                throw new IllegalStateException("no room for " + event.cents());
              }
            });
  }

  private Millrace host(Projection<?> projection) {
    return Millrace.builder()
        .seams(simulation.seams())
        .host(Bank.context().projection(projection).build(), store)
        .start();
  }

  private long deposit(String account, long cents) {
    NewEvent event = Bank.context().build().writeEvent(new Bank.Deposited(account, cents));
    return append(event);
  }

  private long append(NewEvent event) {
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
    return store.head();
  }

  private void level(Millrace millrace, String processor) {
    Receipt all =
        new Receipt(
            "bank",
            store.identity(),
            store.head(),
            store.head(),
            simulation.seams().clock().instant(),
            false);
    try {
      simulation.await(millrace.reached(processor, all));
    } catch (BlockedEventException passed) {
      simulation.trace().add("the newest event waits behind a dead letter");
    }
  }

  private Map<String, Long> balance() {
    Map<String, Long> balances = new TreeMap<>();
    readModel.read(tables -> {
      tables
          .<String, Long>table("balance")
          .rows()
          .forEach(row -> balances.put(row.getKey(), row.getValue()));
      return balances;
    });
    return balances;
  }

  /** In which order the events of an account were handled. */
  private String order(String account) {
    return readModel.read(
        tables -> String.valueOf(tables.<String, String>table("order").get(account)));
  }

  private List<RecordedEvent> recorded(String type) {
    return store.read(Query.types(type), 1, Direction.FORWARD, 100).events();
  }

  @Test
  void onePoisonEventBlocksWhatItIsAboutAndNothingElse() {
    broken.add("b13");
    for (int i = 1; i <= 40; i++) {
      deposit(List.of("a", "b", "c").get(i % 3), i);
    }
    Millrace millrace = host(balances());
    level(millrace, "balances");

    // b has 1, 4, 7, 10, 13 …; everybody else is complete
    assertThat(balance())
        .containsEntry("b", 22L)
        .containsEntry("a", sum(0))
        .containsEntry("c", sum(2));
    DeadLetters letters = millrace.processor("balances").deadLetters();
    DeadLetter letter = letters.list().get(0);
    assertThat(letter.key().toString()).isEqualTo("account:b");
    assertThat(letter.position()).isEqualTo(13);
    assertThat(letter.attempts()).isEqualTo(2);
    assertThat(letter.cause().exception()).isEqualTo("java.lang.IllegalStateException");
    assertThat(letter.cause().message()).isEqualTo("no room for 13");
    DeadLetters.Inspected inspected = letters.inspect(letter.id()).orElseThrow();
    assertThat(inspected.decoded()).contains(new Bank.Deposited("b", 13));
    assertThat(inspected.waiting()).isEqualTo(9);
    assertThat(millrace.processor("balances").status().deadLetters()).isEqualTo(1);
  }

  private static long sum(int remainder) {
    long sum = 0;
    for (int i = 1; i <= 40; i++) {
      sum += i % 3 == remainder ? i : 0;
    }
    return sum;
  }

  @Test
  void afterARedriveTheKeysEventsFollowInOrder() {
    broken.add("b3");
    for (int i = 1; i <= 6; i++) {
      deposit("a", i);
      deposit("b", i);
    }
    Millrace millrace = host(balances());
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    String id = letters.list().get(0).id();

    assertThat(simulation.await(letters.redrive(id, "ann"))).as("still broken").isFalse();
    assertThat(letters.list().get(0).attempts()).isEqualTo(3);
    assertThat(order("b")).isEqualTo("1 2");
    broken.clear();
    assertThat(simulation.await(letters.redrive(id, "ann"))).isTrue();

    assertThat(letters.list()).isEmpty();
    assertThat(order("b")).isEqualTo("1 2 3 4 5 6");
    assertThat(balance()).containsEntry("b", 21L);
    deposit("b", 7);
    level(millrace, "balances");
    assertThat(balance()).containsEntry("b", 28L);
    assertThat(recorded(DeadLetterAction.Redriven.NAME)).hasSize(2);
    assertThat(recorded(DeadLetterAction.Redriven.NAME).get(0).metadata().actor()).isEqualTo("ann");
  }

  @Test
  void whatIsBlockedStaysSoAfterARestart() {
    broken.add("b3");
    for (int i = 1; i <= 6; i++) {
      deposit("b", i);
    }
    Millrace first = host(balances());
    level(first, "balances");
    simulation.await(first.stopProcessors());

    Millrace second = host(balances());
    deposit("b", 7);
    deposit("a", 1);
    level(second, "balances");
    assertThat(balance()).isEqualTo(Map.of("a", 1L, "b", 3L));
    DeadLetters letters = second.processor("balances").deadLetters();
    broken.clear();
    simulation.await(letters.redriveAll(1_000, "ann"));
    assertThat(balance()).isEqualTo(Map.of("a", 1L, "b", 28L));
  }

  @Test
  void aDiscardedEventIsPassedOverAndTheReasonIsRecorded() {
    broken.add("b3");
    for (int i = 1; i <= 6; i++) {
      deposit("b", i);
    }
    Millrace millrace = host(balances());
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    DeadLetter letter = letters.list().get(0);

    assertThat(simulation.await(letters.discard(letter.id(), "a test", "ann"))).isTrue();

    assertThat(balance()).containsEntry("b", 18L);
    RecordedEvent discarded = recorded(DeadLetterAction.Discarded.NAME).get(0);
    assertThat(Bank.context().build().readEvent(discarded))
        .isEqualTo(
            new DeadLetterAction.Discarded(
                "balances", "account:b", 3, "a test", letter.cause().fingerprint()));
    assertThat(discarded.tags()).containsExactly(new TagValue("processor", "balances"));
    assertThatThrownBy(() -> letters.discard(letter.id(), " ", "ann"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEditedPayloadIsCheckedAndHandledInstead() {
    broken.add("b3");
    for (int i = 1; i <= 4; i++) {
      deposit("b", i);
    }
    Millrace millrace = host(balances());
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    String id = letters.list().get(0).id();

    assertThatThrownBy(
            () -> simulation.await(letters.edit(id, Bytes.utf8("{\"account\":\"b\"}"), "ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cents");
    assertThatThrownBy(() ->
            simulation.await(
                letters.edit(id, Bytes.utf8("{\"account\":\"c\",\"cents\":5}"), "ann")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("account:c");
    simulation.await(letters.edit(id, Bytes.utf8("{\"account\":\"b\",\"cents\":500}"), "ann"));
    assertThat(letters.inspect(id).orElseThrow().decoded()).contains(new Bank.Deposited("b", 500));
    assertThat(balance()).containsEntry("b", 3L);
    assertThat(simulation.await(letters.redrive(id, "ann"))).isTrue();

    assertThat(balance()).containsEntry("b", 507L);
    assertThat(recorded(DeadLetterAction.Edited.NAME)).hasSize(1);
    assertThat(recorded("deposited").get(2).data().utf8()).as("as it was").contains(":3");
  }

  @Test
  void whatCannotBeReadIsADeadLetterUntilItIsPutRight() {
    deposit("b", 1);
    append(new NewEvent("deposited", 1, List.of(new TagValue("account", "b")), Bytes.utf8("{}")));
    deposit("b", 2);
    deposit("a", 1);
    Millrace millrace = host(balances());
    level(millrace, "balances");
    assertThat(balance()).isEqualTo(Map.of("a", 1L, "b", 1L));
    DeadLetters letters = millrace.processor("balances").deadLetters();
    DeadLetters.Inspected inspected = letters.inspect(letters.list().get(0).id()).orElseThrow();
    assertThat(inspected.decoded()).isEmpty();
    assertThat(inspected.problem()).contains("account");
    simulation.await(
        letters.edit(
            inspected.letter().id(), Bytes.utf8("{\"account\":\"b\",\"cents\":7}"), "ann"));
    simulation.await(letters.redriveAll(1_000, "ann"));
    assertThat(balance()).isEqualTo(Map.of("a", 1L, "b", 10L));
  }

  @Test
  void deadLettersAreGroupedByWhatCausedThem() {
    broken.addAll(List.of("a1", "b2", "c3"));
    Projection<MemoryTables> other =
        balances()
            .on(
                Bank.Withdrawn.class,
                (event, tables) -> {
                  throw new Never("never " + event.cents());
                });
    deposit("a", 1);
    deposit("b", 2);
    deposit("c", 3);
    append(Bank.context().build().writeEvent(new Bank.Withdrawn("d", 4)));
    Millrace millrace = host(other);
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    assertThat(letters.causes().stream().map(DeadLetters.Group::count)).containsExactly(3, 1);
    DeadLetters.Group largest = letters.causes().get(0);
    broken.clear();
    assertThat(simulation.await(letters.redriveCause(largest.cause().fingerprint(), 100, "ann")))
        .isEqualTo(3);
    assertThat(letters.list()).hasSize(1);
  }

  private static final class Never extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Never(String message) {
      super(message);
    }
  }

  @Test
  void aboveItsBoundItStopsAndGoesOnWhenItIsPutRight() {
    for (int i = 1; i <= 5; i++) {
      broken.add("k" + i + i);
      deposit("k" + i, i);
    }
    Millrace millrace = host(balances().stoppingAbove(3, 1));
    assertThatThrownBy(() -> level(millrace, "balances"))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("has 3 dead letters, the most that it may have");
    assertThat(millrace.processor("balances").status().state())
        .isEqualTo(ProcessorStatus.State.STOPPED);
    DeadLetters letters = millrace.processor("balances").deadLetters();
    broken.clear();
    assertThat(simulation.await(letters.redriveAll(1_000, "ann")))
        .as("dead letters can be dealt with while it is stopped")
        .isEqualTo(3);
    millrace.processor("balances").resume();
    level(millrace, "balances");
    assertThat(balance()).hasSize(5);
  }

  @Test
  void whenTooManyOfTheRecentEventsFailItStops() {
    for (int i = 1; i <= 30; i++) {
      broken.add("k" + i + i);
      deposit("k" + i, i);
    }
    Millrace millrace = host(balances());
    assertThatThrownBy(() -> level(millrace, "balances"))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("9 of the latest 9 events");
    assertThat(millrace.processor("balances").deadLetters().list()).hasSize(9);
  }

  @Test
  void aRedriveThatStopsTheProcessorIsNotTriedAgainBeforeSomebodyResumesIt() {
    int[] attempts = {0};
    RuntimeException[] fails = {new IllegalStateException("broken")};
    Projection<MemoryTables> counting =
        Projection.named("balances", 1)
            .into(readModel)
            .retrying(Retry.attempts(1))
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  attempts[0]++;
                  if (fails[0] != null) {
                    throw fails[0];
                  }
                  tables.<String, Long>table("balance").put(event.account(), event.cents());
                });
    deposit("a", 1);
    Millrace millrace = host(counting);
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    fails[0] = new UnsupportedOperationException("not with this driver");

    CompletableFuture<Boolean> redriven = letters.redrive(letters.list().get(0).id(), "ann");
    assertThatThrownBy(() -> simulation.await(redriven))
        .hasMessageContaining("not with this driver")
        .hasMessageContaining("resume the processor");
    simulation.scheduler().runFor(Duration.ofMinutes(10));
    assertThat(attempts[0]).isEqualTo(2);

    fails[0] = null;
    millrace.processor("balances").resume();
    simulation.scheduler().runUntil(() -> letters.list().isEmpty());
    assertThat(balance()).isEqualTo(Map.of("a", 1L));
  }

  @Test
  void whatStoppedTheProcessorWhenItWasTriedAgainCanBeDiscarded() {
    RuntimeException[] fails = {new IllegalStateException("broken")};
    Projection<MemoryTables> failing =
        Projection.named("balances", 1)
            .into(readModel)
            .retrying(Retry.attempts(1))
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  if (event.cents() == 1) {
                    throw fails[0];
                  }
                  tables.<String, Long>table("balance").put(event.account(), event.cents());
                });
    deposit("a", 1);
    deposit("a", 2);
    Millrace millrace = host(failing);
    level(millrace, "balances");
    DeadLetters letters = millrace.processor("balances").deadLetters();
    fails[0] = new UnsupportedOperationException("not with this driver");
    CompletableFuture<Boolean> redriven = letters.redrive(letters.list().get(0).id(), "ann");
    assertThatThrownBy(() -> simulation.await(redriven))
        .hasMessageContaining("not with this driver");

    CompletableFuture<Boolean> discarded =
        letters.discard(letters.list().get(0).id(), "it cannot be kept here", "ann");
    assertThatThrownBy(() -> simulation.await(discarded)).hasMessageContaining("resume");
    millrace.processor("balances").resume();
    simulation.scheduler().runUntil(() -> balance().equals(Map.of("a", 2L)));
    assertThat(letters.list()).isEmpty();
  }

  @Test
  void whoAwaitsAnEventThatWaitsBehindADeadLetterLearnsOfIt() {
    broken.add("b2");
    deposit("b", 1);
    deposit("b", 2);
    long waiting = deposit("b", 3);
    long other = deposit("a", 4);
    Millrace millrace = host(balances());
    level(millrace, "balances");

    simulation.await(millrace.reached("balances", receipt(other)));
    simulation.await(millrace.reached("balances", receipt(1)));
    assertThatThrownBy(() -> simulation.await(millrace.reached("balances", receipt(waiting))))
        .isInstanceOfSatisfying(
            BlockedEventException.class,
            blocked -> {
              assertThat(blocked.position()).isEqualTo(waiting);
              assertThat(blocked.key().toString()).isEqualTo("account:b");
            })
        .hasMessageContaining("is blocked since event 2");
    broken.clear();
    simulation.await(millrace.processor("balances").deadLetters().redriveAll(1_000, "ann"));
    simulation.await(millrace.reached("balances", receipt(waiting)));
  }

  private Receipt receipt(long position) {
    Instant now = simulation.seams().clock().instant();
    return new Receipt("bank", store.identity(), position, position, now, false);
  }

  @Test
  void inTotalOrderItStopsInstead() {
    broken.add("b2");
    deposit("b", 1);
    deposit("b", 2);
    deposit("a", 3);
    Millrace millrace = host(balances().inTotalOrder());
    assertThatThrownBy(() -> level(millrace, "balances"))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("could not handle event 2 in 2 attempts")
        .hasMessageContaining("keeps everything in order");
    assertThat(balance()).isEqualTo(Map.of("b", 1L));
    broken.clear();
    millrace.processor("balances").resume();
    level(millrace, "balances");
    assertThat(balance()).isEqualTo(Map.of("a", 3L, "b", 3L));
  }

  @Test
  void anOutageMakesNoDeadLetters() {
    int[] left = {50};
    Projection<MemoryTables> away =
        Projection.named("balances", 1)
            .into(readModel)
            .retrying(TWICE)
            .on(
                Bank.Deposited.class,
                (event, tables) -> {
                  if (left[0]-- > 0) {
                    throw new SQLTransientConnectionException("the database is away");
                  }
                  tables.<String, Long>table("balance").put(event.account(), event.cents());
                });
    deposit("a", 1);
    deposit("b", 2);
    Millrace millrace = host(away);
    level(millrace, "balances");
    assertThat(balance()).hasSize(2);
    assertThat(millrace.processor("balances").deadLetters().list()).isEmpty();
    assertThat(millrace.processor("balances").status().failures()).isEqualTo(50);
  }

  @Test
  void aHandlerThatDoesNotReturnIsGivenUpAndCannotCommit() {
    List<CompletableFuture<Void>> stuck = new ArrayList<>();
    Projection<MemoryTables> hanging =
        balances()
            .retrying(TWICE.timeLimit(Duration.ofSeconds(3)))
            .on(
                Bank.Withdrawn.class,
                (event, tables) -> {
                  tables.<String, Long>table("balance").put("hung", 1L);
                  CompletableFuture<Void> never = new CompletableFuture<>();
                  stuck.add(never);
                  simulation.scheduler().await(never);
                });
    deposit("a", 1);
    append(Bank.context().build().writeEvent(new Bank.Withdrawn("d", 4)));
    deposit("b", 2);
    Millrace millrace = host(hanging);
    simulation
        .scheduler()
        .runUntil(() -> {
          if (millrace.processor("balances").status().failures() >= 1) {
            stuck.forEach(one -> one.complete(null));
          }
          return millrace.processor("balances").status().position() >= 3;
        });
    assertThat(balance()).isEqualTo(Map.of("a", 1L, "b", 2L));
    DeadLetter letter = millrace.processor("balances").deadLetters().list().get(0);
    assertThat(letter.cause().exception()).isEqualTo(HandlerTimeoutException.class.getName());
  }

  @Test
  void aReactionKeepsItsDeadLettersAcrossARestart() {
    boolean[] fails = {true};
    Reaction greeting =
        Reaction.named("welcome")
            .retrying(TWICE)
            .on(
                Bank.Opened.class,
                (event, commands) -> {
                  if (fails[0] && event.owner().equals("Bob")) {
                    throw new IllegalStateException("no words for Bob");
                  }
                  commands.send(new Bank.Greet(event.account(), event.owner()));
                });
    Context context = Bank.context().reaction(greeting).build();
    for (String owner : List.of("Ann", "Bob", "Cat")) {
      append(context.writeEvent(new Bank.Opened(owner.substring(0, 1), owner)));
    }
    Millrace first = Millrace.builder().seams(simulation.seams()).host(context, store).start();
    level(first, "welcome");
    assertThat(recorded("greeted")).hasSize(2);
    simulation.await(first.stopProcessors());

    Millrace second = Millrace.builder().seams(simulation.seams()).host(context, store).start();
    level(second, "welcome");
    DeadLetters letters = second.processor("welcome").deadLetters();
    assertThat(letters.list()).hasSize(1);
    fails[0] = false;
    assertThat(simulation.await(letters.redrive(letters.list().get(0).id(), "ann"))).isTrue();
    assertThat(recorded("greeted")).hasSize(3);
    assertThat(letters.list()).isEmpty();

    second.processor("welcome").pause();
    simulation.await(second.processor("welcome").reset());
    simulation.await(second.stopProcessors());
    assertThat(ReactionCheckpoint.find(store, "bank", "welcome"))
        .as("a reaction that was put back stays there, whatever comes")
        .hasValue(0);
  }
}
