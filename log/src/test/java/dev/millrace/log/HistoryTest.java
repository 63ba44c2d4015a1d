package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.history.HistoryClient;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.DiskCall;
import dev.millrace.testkit.sim.Fault;
import dev.millrace.testkit.sim.FaultPlan;
import dev.millrace.testkit.sim.Simulation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Concurrent clients, crashes between them: the history is one that a store may have. */
final class HistoryTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final int CLIENTS = 5;
  private static final int STEPS = 40;
  private static final int LIVES = 4;

  @TempDir Path folder;

  @Test
  void inTheSimulatorWithCrashes() {
    long first = Long.getLong("millrace.seed", 1);
    int seeds = NIGHTLY ? 20_000 : 100;
    for (long seed = first; seed < first + seeds; seed++) {
      try {
        History history = new Life(seed, disk -> disk, Workloads.TINY, Choices::seeded).run();
        assertThat(history.size()).isPositive();
      } catch (AssertionError | RuntimeException failed) {
        throw new AssertionError("seed " + seed + ": " + failed.getMessage(), failed);
      }
    }
  }

  @Test
  void aDiskThatDoesNotSyncShowsInTheHistory() {
    LogOptions large =
        LogOptions.DEFAULT
            .withFlushBesideFrom(2)
            .withSegmentBytes(1 << 20)
            .withPrepareBytes(1 << 16);
    assertThatThrownBy(
            () -> {
              for (long seed = 1; seed <= 100; seed++) {
                try {
                  new Life(seed, LyingDisk::new, large, loss -> Choices.loseAll()).run();
                } catch (StoreDamagedException noticed) {
                  assertThat(noticed).hasMessageContaining("damaged"); // before what was kept
                }
              }
            })
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("what no store may do")
        .hasMessageContaining("LOST");
  }

  /** A store that lives several times on one disk. */
  private static final class Life {
    private final SplittableRandom random;
    private final UnaryOperator<Disk> change;
    private final LogOptions options;
    private final LongFunction<Choices> choices;
    private final History history = new History();
    private final AtomicInteger numbers = new AtomicInteger();
    private Simulation simulation;

    Life(long seed, UnaryOperator<Disk> change, LogOptions options, LongFunction<Choices> choices) {
      this.choices = choices;
      this.options = options;
      this.random = new SplittableRandom(seed);
      this.change = change;
      this.simulation = Simulation.of(seed, settings -> settings.faults(faults()));
    }

    /** A fault at some call; which one, is drawn. */
    private FaultPlan faults() {
      long number = 20 + random.nextLong(400);
      Fault fault =
          switch (random.nextInt(5)) {
            case 0 -> Fault.ERROR;
            case 1 -> Fault.FULL;
            case 2 -> Fault.SHORT_WRITE;
            default -> Fault.CRASH;
          };
      return call ->
          call.number() >= number
                  && call.number() < number + 3
                  && call.kind() != DiskCall.Kind.LIST
                  && fault.appliesTo(call.kind())
              ? fault
              : Fault.NONE;
    }

    History run() {
      for (int life = 0; life < LIVES; life++) {
        live();
        long seed = random.nextLong();
        simulation =
            random.nextInt(3) == 0
                ? simulation.afterKill(seed)
                : simulation.afterPowerLoss(
                    seed, choices.apply(seed), settings -> settings.withFlips().faults(faults()));
      }
      long seed = random.nextLong();
      simulation = simulation.afterPowerLoss(seed, choices.apply(seed));
      history.check(simulation.await(opening()));
      return history;
    }

    private CompletableFuture<LogEventStore> opening() {
      return LogEventStore.opening(change.apply(simulation.disk()), simulation.seams(), options);
    }

    private void live() {
      EventStore store;
      try {
        store = simulation.await(opening());
      } catch (MillraceException unreadable) {
        if (unreadable instanceof StoreDamagedException) {
          throw unreadable; // whatever happened to the machine, that is not what it may look like
        }
        return; // the fault has struck while it was opened
      }
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        HistoryClient client =
            new HistoryClient(history, numbers.getAndIncrement(), store, random.nextLong());
        clients.add(new Client(client));
        clients.get(i).start(simulation.seams().scheduler());
      }
      simulation
          .scheduler()
          .runUntil(
              () -> simulation.disk().isOff() || clients.stream().allMatch(client -> client.ended));
    }
  }

  /** Steps a client of the history until it has done enough, or the store has failed. */
  private static final class Client implements Worker {
    private final HistoryClient client;
    private CompletableFuture<?> step = CompletableFuture.completedFuture(null);
    private int steps;
    private boolean ended;
    private Scheduler.@Nullable Running running;

    Client(HistoryClient client) {
      this.client = client;
    }

    void start(Scheduler scheduler) {
      running = scheduler.start("client", this);
    }

    @Override
    public Next step() {
      if (!step.isDone()) {
        return Next.Signal.WAIT;
      }
      if (steps++ == STEPS) {
        ended = true;
        return Next.Signal.DONE;
      }
      try {
        step = client.step();
      } catch (MillraceException failed) {
        ended = true;
        return Next.Signal.DONE;
      }
      if (step.isDone()) {
        return Next.Signal.AGAIN;
      }
      var unused = step.thenRun(() -> running.wake());
      return Next.Signal.WAIT;
    }
  }

  @Test
  void onRealThreads() throws InterruptedException {
    int rounds = NIGHTLY ? 50 : 4;
    for (int round = 0; round < rounds; round++) {
      History history = new History();
      String url =
          "log:" + folder.resolve("store-" + round) + "?segmentBytes=65536&prepareBytes=65536";
      try (EventStore store = EventStore.open(url)) {
        List<Thread> threads = new ArrayList<>();
        AtomicInteger ended = new AtomicInteger();
        for (int i = 0; i < CLIENTS; i++) {
          HistoryClient client = new HistoryClient(history, i, store, 31L * round + i);
          threads.add(
              Thread.ofPlatform()
                  .start(() -> {
                    for (int step = 0; step < 300; step++) {
                      client.step().join();
                    }
                    ended.incrementAndGet();
                  }));
        }
        for (Thread thread : threads) {
          thread.join();
        }
        assertThat(ended).as("clients without a failure").hasValue(CLIENTS);
        history.check(store);
        assertThat(history.conflicts()).isPositive();
      }
      try (EventStore store = EventStore.open(url)) {
        history.check(store);
      }
    }
  }
}
