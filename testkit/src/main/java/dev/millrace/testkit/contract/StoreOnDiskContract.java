package dev.millrace.testkit.contract;

import static dev.millrace.testkit.contract.Samples.append;
import static dev.millrace.testkit.contract.Samples.event;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.DiskCall;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.HeldSubmission;
import dev.millrace.testkit.sim.Simulation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * What an event store must do that writes through {@link Disk}: nothing is answered or seen before
 * it is durable, and whatever happens to the machine, at whichever call, what was answered or seen
 * is there afterwards.
 *
 * <p>The store runs in a {@link Simulation}, on one thread: opening and closing are submitted and
 * completed, too. Segments and other sizes should be so small that a few appends cross them.
 */
public abstract class StoreOnDiskContract {
  /** Each of these, at each call, in each way. */
  private static final int APPENDS = 3;

  /** By day, at most so many images of one power failure. */
  private static final int DAILY_IMAGES = 8;

  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final Query EVERYTHING = Query.all().acrossTenants();

  /** By day, one in so many of the workloads of three appends. */
  private static final int DAILY_SHARE = 6;

  /** Opens a store in a folder, or makes one. */
  protected abstract CompletableFuture<? extends EventStore> opening(Disk disk, Seams seams);

  /** Closes a store. */
  protected abstract CompletableFuture<Void> closing(EventStore store);

  private EventStore open(Simulation simulation) {
    return simulation.await(opening(simulation.disk(), simulation.seams()));
  }

  @Test
  void nothingIsAnsweredOrSeenBeforeItIsDurable() throws Exception {
    HeldSubmission held = new HeldSubmission();
    Simulation simulation = Simulation.of(1, settings -> settings.submission(held));
    EventStore store = open(simulation);
    simulation.await(store.append(append(event("first"))));
    long head = store.head();
    try (Subscription subscription = store.subscribe(Query.all(), head)) {
      AtomicInteger wakes = new AtomicInteger();
      subscription.onAvailable(wakes::incrementAndGet);
      simulation.scheduler().runUntilIdle();
      int before = wakes.get();
      held.hold(call -> call.kind() == DiskCall.Kind.SYNC_FILE);
      Append append = append(event("second", "x:1"), event("third"));
      CompletableFuture<AppendResult> answer = store.append(append);
      simulation.scheduler().runUntilIdle();
      assertThat(held.waiting()).as("syncs that wait").isPositive();
      assertThat(answer).isNotDone();
      assertThat(store.head()).isEqualTo(head);
      assertThat(StoreTests.readAll(store, Query.all())).hasSize(1);
      assertThat(store.read(Query.all(), head + 1, Direction.FORWARD, 5).events()).isEmpty();
      assertThat(store.find(append.id())).isEmpty();
      assertThat(subscription.poll(5).events()).isEmpty();
      assertThat(wakes.get()).isEqualTo(before);
      held.release();
      simulation.await(answer);
      assertThat(StoreTests.readAll(store, Query.all())).hasSize(3);
      assertThat(subscription.poll(5).events()).hasSize(2);
    }
    simulation.await(closing(store));
  }

  @Test
  void whateverHappensAtWhicheverCallWhatWasPromisedIsThere() throws Exception {
    assertThat(cutWorkloads()).as("restarts that were checked").isGreaterThan(500);
  }

  final int cutWorkloads() throws Exception {
    List<DiskWorkload> all = DiskWorkload.upTo(APPENDS);
    AtomicInteger checks = new AtomicInteger();
    Seeds.forEach(
        1,
        seed -> {
          for (int i = 0; i < all.size(); i++) {
            DiskWorkload workload = all.get(i);
            boolean chosen = workload.shapes().size() < APPENDS || i % DAILY_SHARE == 0;
            if (chosen || NIGHTLY) {
              checks.addAndGet(cut(workload).forEachCut(seed * all.size() + i));
            }
          }
        });
    return checks.get();
  }

  private DiskCuts<StoreEvidence> cut(DiskWorkload workload) {
    DiskCuts<StoreEvidence> cuts =
        DiskCuts.of(
            StoreEvidence::new,
            (simulation, evidence) -> {
              EventStore store = open(simulation);
              workload.run(simulation, store, evidence);
              simulation.await(closing(store));
            },
            (simulation, evidence, cut) -> {
              EventStore store = open(simulation);
              List<RecordedEvent> found = new RestartCheck(simulation, store, evidence).check();
              // what the recovered store has answered must survive as well, closed or not
              Simulation next = simulation.afterPowerLoss(cut.seed(), Choices.loseAll());
              EventStore again = open(next);
              assertThat(StoreTests.readAll(again, EVERYTHING)).isEqualTo(found);
              next.await(closing(again));
              EventStore last = open(next.afterKill(cut.seed()));
              assertThat(StoreTests.readAll(last, EVERYTHING)).isEqualTo(found);
            });
    return NIGHTLY ? cuts : cuts.maxImages(DAILY_IMAGES);
  }

  @Test
  void theSameSeedGivesTheSameRun() throws Exception {
    Seeds.forEach(20, seed -> assertThat(traceOf(seed)).as("trace hash").isEqualTo(traceOf(seed)));
  }

  private long traceOf(long seed) {
    Simulation simulation = Simulation.of(seed);
    EventStore store = open(simulation);
    StoreEvidence evidence = new StoreEvidence();
    DiskWorkload.upTo(APPENDS).getLast().run(simulation, store, evidence);
    simulation.await(closing(store));
    return simulation.traceHash();
  }
}
