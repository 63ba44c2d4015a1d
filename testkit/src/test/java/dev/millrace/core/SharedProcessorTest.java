package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.ModelLeases;
import dev.millrace.testkit.sim.SimProcess;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What operators and programs meet where several processes share a processor. In the simulator. */
final class SharedProcessorTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final Tag<String> OWNER = Tag.named("owner");

  private final Simulation simulation = Simulation.of(31);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(3, 1));
  private final ModelLeases leases = new ModelLeases(simulation.scheduler()::elapsedNanos);
  private final SharedMemory readModel = new SharedMemory(SharedMemory.Fault.NONE);
  private final List<String> broken = new ArrayList<>();

  private Projection<MemoryTables> balances() {
    return Projection.named("balances", 1)
        .into(readModel)
        .retrying(Retry.attempts(1))
        .on(
            Bank.Deposited.class,
            (event, tables) -> {
              if (event.account().equals("away")) {
                throw new SQLTransientConnectionException("the database is away");
              }
              if (broken.contains(event.account())) {
                throw new IllegalStateException("no account " + event.account());
              }
              tables
                  .<String, Long>table("balance")
                  .merge(event.account(), event.cents(), Long::sum);
            });
  }

  private static Context context(Projection<?> projection, Events<Bank.Banked> events) {
    return Context.named("bank").events(events).projection(projection).build();
  }

  private Millrace join(String name, Context context) {
    return join(name, context, leases);
  }

  private Millrace join(String name, Context context, Leases table) {
    SimProcess process = new SimProcess(simulation, name);
    return Millrace.builder()
        .seams(process.seams())
        .member(name)
        .leaseTime(LEASE)
        .host(context, new SharedStore(store, table, simulation, process))
        .start();
  }

  private void deposit(String account, long cents, String... more) {
    List<TagValue> tags = new ArrayList<>(List.of(new TagValue("account", account)));
    for (String one : more) {
      tags.add(new TagValue("account", one));
    }
    Bytes data = Bytes.utf8("{\"account\":\"" + account + "\",\"cents\":" + cents + "}");
    NewEvent event = new NewEvent("deposited", 1, tags, data);
    store.append(Append.of(simulation.seams().newId(), List.of(event))).join();
  }

  private Long balance(String account) {
    return readModel
        .rows()
        .<Long>read(tables -> tables.<String, Long>table("balance").get(account));
  }

  private void until(BooleanSupplier condition) {
    simulation.scheduler().runUntil(condition);
  }

  private void goOnFor(Duration time) {
    simulation.scheduler().runFor(time);
  }

  @Test
  void whoAsksAProcessThatHasNothingOfAProcessorLearnsWhoHasIt() {
    broken.add("a");
    deposit("a", 1);
    Millrace one = join("one", context(balances(), Bank.EVENTS));
    until(() -> !one.processor("balances").deadLetters().list().isEmpty());
    String id = one.processor("balances").deadLetters().list().get(0).id();
    Millrace other = join("other", context(balances(), Bank.EVENTS));
    until(() -> other.holders("balances").size() == 2);
    goOnFor(LEASE);
    Millrace without = one.holders("balances").get("one") == 1 ? other : one;

    DeadLetters letters = without.processor("balances").deadLetters();
    assertElsewhere(letters.redrive(id, "ann"));
    assertElsewhere(letters.discard(id, "no such account", "ann"));
    assertElsewhere(letters.redriveAll(10, "ann"));
    assertElsewhere(without.processor("balances").reset());
    assertThat(letters.list()).isEmpty();
  }

  private void assertElsewhere(Future<?> asked) {
    goOnFor(Duration.ofMillis(1));
    assertThat(asked).isDone();
    assertThatThrownBy(asked::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ProcessorElsewhereException.class,
            elsewhere -> assertThat(elsewhere.holders()).containsValues(0, 1))
        .hasMessageContaining("=1");
  }

  @Test
  void whoLosesAProcessorWhileItsDeadLetterIsAskedForLearnsOfIt() {
    broken.add("a");
    deposit("a", 1);
    Millrace one = join("one", context(balances(), Bank.EVENTS));
    until(() -> !one.processor("balances").deadLetters().list().isEmpty());
    // a newer version takes all of it
    Millrace newer =
        join(
            "newer",
            context(
                Projection.named("balances", 2)
                    .into(readModel)
                    .on(Bank.Deposited.class, (event, tables) -> {}),
                Bank.EVENTS));
    until(() -> newer.processor("balances").status().shares() == 1);
    goOnFor(LEASE);
    assertThat(one.processor("balances").status().state()).isEqualTo(ProcessorStatus.State.STANDBY);
    assertThat(one.processor("balances").deadLetters().list()).isEmpty();
    assertElsewhere(one.processor("balances").deadLetters().redrive("any", "ann"));
  }

  @Test
  void aKeyThatIsBlockedAtAnEventOfSeveralSharesIsNotTriedAgainAndAgain() {
    broken.addAll(List.of("a", "b"));
    deposit("a", 1, "b", "c", "d", "e", "f");
    Events<Bank.Banked> several =
        Events.of(Bank.Banked.class)
            .tags(Bank.Deposited.class, Bank.ACCOUNT, event -> List.of(event.account()))
            .name("opened", Bank.Opened.class)
            .name("deposited", Bank.Deposited.class)
            .name("withdrawn", Bank.Withdrawn.class)
            .name("greeted", Bank.Greeted.class);
    Millrace before = join("before", context(balances().keyedBy(Bank.ACCOUNT), several));
    until(() -> !before.processor("balances").deadLetters().list().isEmpty());
    var unused = before.stopProcessors();
    goOnFor(LEASE);
    broken.clear();

    Context single = context(balances().keyedBy(Bank.ACCOUNT), Bank.EVENTS);
    Millrace one = join("one", single);
    Millrace two = join("two", single);
    until(() -> one.processor("balances").status().shares() == 32);
    until(() -> two.processor("balances").status().shares() == 32);
    Millrace has =
        one.processor("balances").deadLetters().list().isEmpty() ? two : one; // the first key
    DeadLetters letters = has.processor("balances").deadLetters();
    CompletableFuture<Boolean> redriven = letters.redrive(letters.list().get(0).id(), "ann");
    goOnFor(LEASE.multipliedBy(5));
    assertThat(redriven).isDone();
    assertThat(has.processor("balances").status().shares()).isEqualTo(32);
    assertThat(balance("a")).isNull();
  }

  @Test
  void anotherTagNeedsANewVersionWhereSeveralProcessesShare() {
    deposit("a", 1);
    Millrace one = join("one", context(balances().keyedBy(Bank.ACCOUNT), Bank.EVENTS));
    until(() -> balance("a") != null);
    Events<Bank.Banked> owned =
        Events.of(Bank.Banked.class)
            .tag(Bank.ACCOUNT, Bank.Banked::account)
            .tag(Bank.Opened.class, OWNER, Bank.Opened::owner)
            .name("opened", Bank.Opened.class)
            .name("deposited", Bank.Deposited.class)
            .name("withdrawn", Bank.Withdrawn.class)
            .name("greeted", Bank.Greeted.class);
    Millrace other = join("other", context(balances().keyedBy(OWNER), owned));
    until(() -> other.processor("balances").status().state() == ProcessorStatus.State.STOPPED);
    assertThat(other.processor("balances").status().problem())
        .contains("tag:account")
        .contains("tag:owner")
        .contains("new version");
    var unused = other.stopProcessors();
    goOnFor(LEASE);
    deposit("b", 2);
    until(() -> Long.valueOf(2).equals(balance("b")));
    assertThat(one.processor("balances").status().shares()).isEqualTo(64);
  }

  /** Answers nothing at all to some requests. */
  private static final class Silent implements Leases {
    private final Leases table;
    private boolean silent;

    Silent(Leases table) {
      this.table = table;
    }

    private <T> CompletableFuture<T> answer(CompletableFuture<T> answer) {
      return silent ? new CompletableFuture<>() : answer;
    }

    @Override
    public CompletableFuture<LeaseTable> renew(Member member, Duration time) {
      return answer(table.renew(member, time));
    }

    @Override
    public CompletableFuture<LeaseTable> change(
        Member member, Duration time, Function<LeaseTable, LeaseChange> decision) {
      return answer(table.change(member, time, decision));
    }

    @Override
    public CompletableFuture<Void> leave(UUID member) {
      return answer(table.leave(member));
    }
  }

  @Test
  void aTableThatGivesNoAnswerIsAskedAgainAndKeepsNobodyFromLeaving() {
    Silent table = new Silent(leases);
    Millrace one = join("one", context(balances(), Bank.EVENTS), table);
    deposit("a", 1);
    until(() -> balance("a") != null);
    table.silent = true;
    goOnFor(LEASE.multipliedBy(2));
    assertThat(one.processor("balances").status().shares()).isZero();
    table.silent = false;
    deposit("b", 2);
    until(() -> balance("b") != null);
    table.silent = true;
    simulation.await(one.stopProcessors());
  }

  @Test
  void theCheckpointOfADividedProjectionNeverGoesBack() throws Exception {
    Millrace one = join("one", context(balances().keyedBy(Bank.ACCOUNT), Bank.EVENTS));
    for (int i = 0; i < 10; i++) {
      deposit("a" + i, 1);
    }
    until(() -> checkpoint() == 10);
    one.processor("balances").pause();
    goOnFor(Duration.ofMillis(100));
    deposit("a1", 1);
    deposit("away", 1);
    // as another process leaves it that has seen all shares advance
    readModel.transact(tables -> {
      Checkpoint found = readModel.checkpoint(tables, "bank", "balances").orElseThrow();
      readModel.save(tables, found.at(12));
      return true;
    });
    one.processor("balances").resume();
    until(() -> Long.valueOf(2).equals(balance("a1")));
    goOnFor(LEASE);
    assertThat(checkpoint()).isEqualTo(12);
    var unused = one.stopProcessors();
  }

  private long checkpoint() {
    return readModel
        .rows()
        .<Long>read(tables ->
            readModel.checkpoint(tables, "bank", "balances").map(Checkpoint::position).orElse(-1L));
  }
}
