package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.log.Operation.Noted;
import dev.millrace.log.Operation.Run;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.Cut;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * All workloads of up to three operations, cut or failed at every call of the disk, with unsynced
 * writes lost, torn, reordered and with flipped bits: what was promised holds.
 *
 * <p>By day a share of them, drawn from a seed; nightly a tenth, another one each night, since the
 * whole takes more than an hour: {@code -Dmillrace.shards=1}, or {@code -Dmillrace.shards=20
 * -Dmillrace.shard=0} for a part.
 */
final class OperationsTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final int MOST = 3;
  private static final int SHARDS = Integer.getInteger("millrace.shards", NIGHTLY ? 10 : 400);
  private static final long SEED = Long.getLong("millrace.seed", 1);

  /** All lists of one to three operations. */
  private static List<List<Operation>> workloads() {
    List<List<Operation>> all = new ArrayList<>();
    List<List<Operation>> longest = List.of(List.of());
    for (int length = 1; length <= MOST; length++) {
      List<List<Operation>> longer = new ArrayList<>();
      for (List<Operation> shorter : longest) {
        for (Operation operation : Operation.ALL) {
          List<Operation> one = new ArrayList<>(shorter);
          one.add(operation);
          longer.add(one);
        }
      }
      all.addAll(longer);
      longest = longer;
    }
    return all;
  }

  @Test
  void everyWorkloadCutAnywhere() {
    List<List<Operation>> all = workloads();
    SplittableRandom random = new SplittableRandom(SEED);
    int tonight = NIGHTLY ? (int) (System.currentTimeMillis() / 86_400_000 % SHARDS) : 0;
    int shard = Integer.getInteger("millrace.shard", tonight);
    int chosen = 0;
    int restarts = 0;
    for (int i = 0; i < all.size(); i++) {
      if (random.nextInt(SHARDS) == shard) {
        chosen++;
        restarts += cut(all.get(i), SEED * all.size() + i);
      }
    }
    System.out.printf(
        "workloads of up to %d operations: %d of %d, %d restarts checked%n",
        MOST, chosen, all.size(), restarts);
    assertThat(chosen).as("workloads").isPositive();
    assertThat(restarts).as("restarts").isGreaterThan(100 * chosen);
  }

  private static int cut(List<Operation> operations, long seed) {
    try {
      DiskCuts<Noted> cuts =
          DiskCuts.of(
                  Noted::new,
                  (simulation, noted) -> {
                    Run run = new Run(simulation, noted);
                    for (Operation operation : operations) {
                      run.perform(operation);
                    }
                    run.close();
                  },
                  (restarted, noted, cut) -> check(restarted, noted, cut))
              .maxImages(NIGHTLY ? 6 : 4);
      // an opening writes the last group again, where it stands: a flip there is damage
      boolean opensAgain = operations.stream().anyMatch(one -> one.name().equals("open again"));
      return (opensAgain ? cuts : cuts.withFlips()).forEachCut(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(operations + ": " + failed.getMessage(), failed);
    }
  }

  private static void check(Simulation restarted, Noted noted, Cut cut) throws Exception {
    LogEventStore store = open(restarted);
    List<RecordedEvent> found = History.everything(store);
    assertThat(noted.history.check(found)).as("what no store may do").isEmpty();
    checkSnapshot(store, noted);
    checkBackup(restarted, found, noted);
    // of what a check appends nobody notes the answer: not where that is itself cut short
    boolean appends = !cut.restart().contains(", another at");
    for (Append append : appends ? noted.appends : List.<Append>of()) {
      boolean there = store.find(append.id()).isPresent();
      AppendResult again = restarted.await(store.append(append));
      assertThat(again instanceof Appended appended && appended.repeated()).isEqualTo(there);
    }
    List<RecordedEvent> more = History.everything(store);
    assertThat(more.subList(0, found.size())).isEqualTo(found);
    // what the recovered store has answered survives as well
    Simulation next = restarted.afterPowerLoss(cut.seed(), Choices.loseAll());
    assertThat(History.everything(open(next))).isEqualTo(more);
  }

  private static LogEventStore open(Simulation simulation) throws Exception {
    return simulation.await(
        LogEventStore.opening(Run.storeFolder(simulation), simulation.seams(), Workloads.TINY));
  }

  /** A snapshot that was saved is there, or a newer one; never one that nobody asked for. */
  private static void checkSnapshot(LogEventStore store, Noted noted) {
    var found = store.snapshots().find(Operation.KEY);
    if (noted.savedAt > 0) {
      assertThat(found).as("the saved snapshot").isPresent();
    }
    found.ifPresent(snapshot -> {
      assertThat(snapshot.position()).isBetween(noted.savedAt, noted.snapshotAsked);
      assertThat(snapshot.state()).isEqualTo(Bytes.utf8("state " + snapshot.position()));
    });
  }

  /** A backup that was made can be restored, to what was there; half of one is none. */
  private static void checkBackup(Simulation restarted, List<RecordedEvent> events, Noted noted)
      throws Exception {
    if (!Run.backupFolder(restarted).list().contains("backup.manifest")) {
      assertThat(noted.backedUp).as("a backup is there").isFalse();
      return;
    }
    SimDisk made = SimDisk.empty();
    restarted.await(
        LogFolder.restoring(
            Run.backupFolder(restarted), made, restarted.seams(), LogProgress.NONE));
    List<RecordedEvent> restored =
        History.everything(
            restarted.await(LogEventStore.opening(made, restarted.seams(), Workloads.TINY)));
    assertThat(restored).isEqualTo(events.subList(0, restored.size()));
    assertThat(restored.size()).isGreaterThanOrEqualTo((int) noted.backupHead);
  }
}
