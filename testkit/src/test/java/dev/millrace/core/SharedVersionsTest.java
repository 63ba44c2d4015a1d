package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.store.Append;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.ModelLeases;
import dev.millrace.testkit.sim.SimProcess;
import dev.millrace.testkit.sim.Simulation;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** Versions of a projection that several processes share. In the simulator. */
final class SharedVersionsTest {
  private static final Duration LEASE = Duration.ofSeconds(2);
  private static final int KEYS = 40;

  private final Simulation simulation = Simulation.of(37);
  private final ModelEventStore store =
      ModelEventStore.create(simulation.seams().clock(), new UUID(3, 2));
  private final ModelLeases leases = new ModelLeases(simulation.scheduler()::elapsedNanos);
  private final SharedMemory readModel =
      new SharedMemory(SharedMemory.Fault.NONE).keepingVersions();

  /** Whether version 2 cannot handle events of account a1. */
  private boolean away;

  private Projection<?> keyed(int version) {
    return inOrder(version).keyedBy(Bank.ACCOUNT);
  }

  private Projection<MemoryTables> inOrder(int version) {
    return Projection.named("balances", version)
        .into(readModel)
        .on(
            Bank.Deposited.class,
            (event, tables) -> {
              if (away && version == 2 && event.account().equals("a1")) {
                throw new SQLTransientConnectionException("the database is away");
              }
              tables
                  .<String, Long>table("balance")
                  .merge(event.account(), version * event.cents(), Long::sum);
            });
  }

  private Millrace join(String name, Projection<?>... projections) {
    SimProcess process = new SimProcess(simulation, name);
    Context.Builder<?> context = Context.named("bank").events(Bank.EVENTS);
    for (Projection<?> one : projections) {
      context.projection(one);
    }
    return Millrace.builder()
        .seams(process.seams())
        .member(name)
        .leaseTime(LEASE)
        .host(context.build(), new SharedStore(store, leases, simulation, process))
        .start();
  }

  private void append(Object event) {
    Context context = Context.named("bank").events(Bank.EVENTS).build();
    store.append(Append.of(simulation.seams().newId(), List.of(context.writeEvent(event)))).join();
  }

  private Receipt head() {
    long head = store.head();
    return new Receipt("bank", store.identity(), head, head, Instant.EPOCH, false);
  }

  private long balance(String account) {
    Long found =
        readModel.rows().<Long>read(tables -> tables.<String, Long>table("balance").get(account));
    return found == null ? 0 : found;
  }

  private void until(BooleanSupplier condition) {
    simulation.scheduler().runUntil(condition);
  }

  private List<RowsVersion> versions() {
    return readModel
        .rows()
        .read(tables -> List.copyOf(readModel.versions(tables, "bank", "balances")));
  }

  private boolean isLive(int version) {
    return versions().stream().anyMatch(one -> one.version() == version && one.isLive());
  }

  private long checkpoint(String name) {
    return readModel
        .rows()
        .<Long>read(tables ->
            readModel.checkpoint(tables, "bank", name).map(Checkpoint::position).orElse(-1L));
  }

  private void depositToAll() {
    for (int i = 0; i < KEYS; i++) {
      append(new Bank.Deposited("a" + i, 1));
    }
  }

  /** Two processes have half of the lanes of both versions each, and all that is there is done. */
  private List<Millrace> twoWithBoth() {
    Millrace first = join("first", keyed(1));
    depositToAll();
    simulation.await(first.reached("balances", head()));
    var unused = first.stopProcessors();
    return List.of(join("one", keyed(1), keyed(2)), join("two", keyed(1), keyed(2)));
  }

  @Test
  void aVersionInSharesBecomesLiveWhenItsLastEventsAreOfOneKey() {
    away = true;
    List<Millrace> both = twoWithBoth();
    simulation.scheduler().runFor(LEASE.multipliedBy(5));
    assertThat(both.get(0).processor("balances").status().shares()).isEqualTo(32);
    for (int i = 0; i < 30; i++) { // what the other process has is done, and moves nothing of it
      append(new Bank.Deposited("a1", 1));
    }
    simulation.scheduler().runFor(LEASE);
    assertThat(isLive(1)).isTrue();
    away = false;
    simulation.scheduler().runFor(LEASE.multipliedBy(20));
    assertThat(versions()).extracting(RowsVersion::state).containsExactly(State.KEPT, State.LIVE);
    assertThat(balance("a1")).isEqualTo(2 * 31);
  }

  @Test
  void aRollbackOfSharesGoesByWhatEachHasDone() throws Exception {
    List<Millrace> both = twoWithBoth();
    until(() -> isLive(2));
    for (int i = 0; i < 7; i++) {
      append(new Bank.Deposited("a1", 1));
    }
    for (Millrace one : both) {
      simulation.await(one.reached("balances", head()));
    }
    simulation.scheduler().runFor(LEASE.multipliedBy(2));
    assertThat(call(both.get(0), () -> both.get(0).versions("balances").rollback())).isEqualTo(1);
    assertThat(balance("a1")).isEqualTo(8);
    call(
        both.get(1),
        () -> {
          both.get(1).versions("balances").makeLive(2);
          return 2;
        });
    assertThat(balance("a1")).isEqualTo(16);
  }

  /** As a thread of a process would; what it waits for is not done meanwhile. */
  private <V> V call(Millrace by, java.util.concurrent.Callable<V> work) {
    CompletableFuture<V> done = by.seams().scheduler().call("operator", work);
    simulation.await(done);
    return done.join();
  }

  @Test
  void theCheckpointOfASharedVersionIsItsOwn() {
    List<Millrace> both = twoWithBoth();
    until(() -> isLive(2));
    simulation.scheduler().runFor(LEASE.multipliedBy(2));
    // as version 1 is further: that of version 2 moves all the same
    long before = checkpoint("balances@2");
    var unused = readModel;
    transact(tables -> {
      Checkpoint found = readModel.checkpoint(tables, "bank", "balances").orElseThrow();
      readModel.save(tables, found.at(found.position() + 1_000));
      return found;
    });
    depositToAll();
    for (Millrace one : both) {
      simulation.await(one.reached("balances", head()));
    }
    simulation.scheduler().runFor(LEASE.multipliedBy(2));
    assertThat(checkpoint("balances@2")).isGreaterThan(before);
  }

  private <V> V transact(dev.millrace.core.readmodel.ReadModel.Work<MemoryTables, V> work) {
    try {
      return readModel.transact(work);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void whoHasThePartsOfAVersionIsKnownByTheNameOfTheProjection() {
    List<Millrace> both = twoWithBoth();
    until(() -> isLive(2));
    simulation.scheduler().runFor(LEASE.multipliedBy(2));
    assertThat(both.get(0).holders("balances").values()).containsExactly(32, 32);
  }

  @Test
  void aProcessOfBeforeKeepsItsWorkUntilItEnds() {
    Millrace before = join("before", inOrder(1).inPlace()); // as before there were versions
    until(() -> before.processor("balances").status().shares() == 1);
    Millrace now = join("now", inOrder(1));
    simulation.scheduler().runFor(LEASE.multipliedBy(3));
    append(new Bank.Deposited("a1", 5));
    simulation.scheduler().runFor(LEASE);
    assertThat(balance("a1")).isEqualTo(5);
    assertThat(before.processor("balances").status().state()).isEqualTo(ProcessorStatus.State.LIVE);
    assertThat(now.processor("balances").status().state()).isEqualTo(ProcessorStatus.State.STANDBY);
    var unused = before.stopProcessors();
    append(new Bank.Deposited("a1", 6));
    until(() -> balance("a1") == 11);
    assertThat(now.processor("balances").status().shares()).isEqualTo(1);
  }

  @Test
  void whoDoesNotHaveTheVersionThatAnswersWaitsForItsCheckpoint() {
    Millrace older = join("older", inOrder(1));
    append(new Bank.Deposited("a1", 1));
    simulation.await(older.reached("balances", head()));
    Millrace both = join("both", inOrder(1), inOrder(2));
    until(() -> isLive(2));
    append(new Bank.Deposited("a1", 1));
    CompletableFuture<Void> reached = older.reached("balances", head());
    simulation.scheduler().runFor(LEASE);
    assertThat(reached).isCompleted();
    assertThat(balance("a1")).isEqualTo(4);
    simulation.await(both.stopProcessors());
    append(new Bank.Deposited("a1", 1));
    CompletableFuture<Void> never = older.reached("balances", head());
    simulation.scheduler().runFor(Duration.ofMinutes(2));
    assertThatThrownBy(never::join)
        .hasMessageContaining("version 2 of projection 'balances' answers");
  }

  @Test
  void whoHasNotHeardOfASwitchElsewhereWaitsForTheRowsThatAnswer() {
    Millrace first = join("first", inOrder(1));
    append(new Bank.Deposited("a1", 1));
    simulation.await(first.reached("balances", head()));
    simulation.await(first.stopProcessors());
    Millrace one = join("one", inOrder(1), inOrder(2));
    until(() -> isLive(2));
    call(one, () -> one.versions("balances").rollback());
    waitsForTheRowsOfVersion2(one); // another process has them answer again
  }

  @Test
  void betweenASwitchAndItsBeingKnownToo() {
    readModel.ofOneProcess();
    Context.Builder<?> older = Context.named("bank").events(Bank.EVENTS).projection(inOrder(1));
    Millrace first =
        Millrace.builder().seams(simulation.seams()).host(older.build(), store).start();
    append(new Bank.Deposited("a1", 1));
    simulation.await(first.reached("balances", head()));
    simulation.await(first.stopProcessors());
    Context.Builder<?> both =
        Context.named("bank").events(Bank.EVENTS).projection(inOrder(1)).projection(inOrder(2));
    Millrace one = Millrace.builder().seams(simulation.seams()).host(both.build(), store).start();
    until(() -> isLive(2));
    call(one, () -> one.versions("balances").rollback());
    waitsForTheRowsOfVersion2(one); // its own transaction has committed, and not returned
  }

  /** What the read model says goes before what a process remembers. */
  private void waitsForTheRowsOfVersion2(Millrace one) {
    transact(tables -> {
      for (RowsVersion rows : readModel.versions(tables, "bank", "balances")) {
        readModel.setState(tables, rows, rows.version() == 2 ? State.LIVE : State.KEPT);
      }
      return true;
    });
    away = true;
    append(new Bank.Deposited("a1", 1));
    CompletableFuture<Void> reached = one.reached("balances", head());
    simulation.scheduler().runFor(LEASE);
    assertThat(reached).isNotDone();
    away = false;
    simulation.await(reached);
    assertThat(balance("a1")).isEqualTo(4);
  }

  @Test
  void aVersionThatIsResetBeforeItIsMadeLiveDoesNotAnswer() {
    Millrace first = join("first", inOrder(1));
    depositToAll();
    simulation.await(first.reached("balances", head()));
    var unused = first.stopProcessors();
    Millrace both = join("both", inOrder(1), inOrder(2));
    until(() -> isLive(2));
    call(both, () -> both.versions("balances").rollback());
    simulation.scheduler().runFor(LEASE);
    // as another process does that resets it, of which this one has not heard
    transact(tables -> {
      Checkpoint found = readModel.checkpoint(tables, "bank", "balances@2").orElseThrow();
      readModel.save(tables, found.at(0));
      return found;
    });
    // it waits for what this process believes to be done, and looks again, and says so
    assertThatThrownBy(() ->
            call(
                both,
                () -> {
                  both.versions("balances").makeLive(2);
                  return 2;
                }))
        .hasMessageContaining("does not become level");
    assertThat(isLive(1)).isTrue();
  }
}
