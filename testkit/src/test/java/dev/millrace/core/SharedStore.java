package dev.millrace.core;

import dev.millrace.core.lease.LeaseChange;
import dev.millrace.core.lease.LeaseTable;
import dev.millrace.core.lease.Leases;
import dev.millrace.core.lease.Member;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreUnavailableException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.sim.SimProcess;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A store as one of several processes has it: requests to the table of leases take a while, in
 * which the process may be paused or die, and their answers, too. Where the network is bad, some
 * requests are lost, some answers, and some fail at once.
 */
final class SharedStore implements EventStore {
  private static final int GOOD = -1;

  private final EventStore store;
  private final Leases table;
  private final Simulation simulation;
  private final SimProcess process;
  private final BooleanSupplier isBad;

  SharedStore(EventStore store, Leases table, Simulation simulation, SimProcess process) {
    this(store, table, simulation, process, () -> false);
  }

  /**
   * Makes it.
   *
   * @param isBad whether requests to the table may be lost now
   */
  SharedStore(
      EventStore store,
      Leases table,
      Simulation simulation,
      SimProcess process,
      BooleanSupplier isBad) {
    this.store = store;
    this.table = table;
    this.simulation = simulation;
    this.process = process;
    this.isBad = isBad;
  }

  private static <T> CompletableFuture<T> cut(T lost) {
    return CompletableFuture.failedFuture(
        new StoreUnavailableException("the connection was cut before the answer " + lost));
  }

  private final class Remote implements Leases {
    @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
    private <T> CompletableFuture<T> ask(Callable<CompletableFuture<T>> request) {
      int fate = isBad.getAsBoolean() ? simulation.seams().random().nextInt(30) : GOOD;
      CompletableFuture<T> answered = fate == 0 ? new CompletableFuture<>() : asked(request);
      return switch (fate) {
        case 1 -> new CompletableFuture<>();
        case 2 -> process.hears(answered.thenCompose(SharedStore::cut));
        default -> process.hears(answered);
      };
    }

    @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
    private <T> CompletableFuture<T> asked(Callable<CompletableFuture<T>> request) {
      Duration there = Duration.ofMillis(simulation.seams().random().nextInt(20));
      Duration back = Duration.ofMillis(simulation.seams().random().nextInt(20));
      return simulation
          .seams()
          .scheduler()
          .after(there)
          .thenCompose(past -> simulation.seams().scheduler().call("leases", request))
          .thenCompose(answer -> answer)
          .thenCompose(
              value -> simulation.seams().scheduler().after(back).thenApply(past -> value));
    }

    @Override
    public CompletableFuture<LeaseTable> renew(Member member, Duration time) {
      return ask(() -> table.renew(member, time));
    }

    @Override
    public CompletableFuture<LeaseTable> change(
        Member member, Duration time, Function<LeaseTable, LeaseChange> decision) {
      return ask(() -> table.change(member, time, decision));
    }

    @Override
    public CompletableFuture<Void> leave(UUID member) {
      return ask(() -> table.leave(member));
    }
  }

  @Override
  public Optional<Leases> leases() {
    return Optional.of(new Remote());
  }

  @Override
  public StoreIdentity identity() {
    return store.identity();
  }

  @Override
  public long head() {
    return store.head();
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    return store.append(append);
  }

  @Override
  public Optional<StoredAppend> find(UUID appendId) {
    return store.find(appendId);
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    return store.read(query, from, direction, limit);
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    return store.subscribe(query, after);
  }

  @Override
  public SnapshotStore snapshots() {
    return store.snapshots();
  }

  @Override
  public void close() {}
}
