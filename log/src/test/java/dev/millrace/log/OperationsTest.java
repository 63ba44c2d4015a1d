package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.log.OperationRun.Noted;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.Cut;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * All workloads of up to three operations, on plain stores and encrypted ones, cut or failed at
 * every call of the disk, with unsynced writes lost, torn, reordered and with flipped bits: what
 * was promised holds.
 *
 * <p>By day a share of them, drawn from a seed; nightly a larger one, another each night, since the
 * whole takes hours: {@code -Dmillrace.shards=1}, or {@code -Dmillrace.shards=20
 * -Dmillrace.shard=0} for a part.
 */
final class OperationsTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final int MOST = 3;
  private static final int SHARDS = Integer.getInteger("millrace.shards", NIGHTLY ? 20 : 400);
  private static final long SEED = Long.getLong("millrace.seed", 1);

  /** What is done, one after the other, and to which kind of store. */
  private record Workload(List<Operation> operations, boolean encrypted) {
    @Override
    public String toString() {
      return operations + (encrypted ? ", encrypted" : ", plain");
    }
  }

  private static List<Workload> workloads() {
    List<Workload> all = new ArrayList<>();
    lists(Operation.ALL).forEach(list -> all.add(new Workload(list, false)));
    lists(Operation.ENCRYPTED).forEach(list -> all.add(new Workload(list, true)));
    return all;
  }

  /** All lists of one to three operations. */
  private static List<List<Operation>> lists(List<Operation> operations) {
    List<List<Operation>> all = new ArrayList<>();
    List<List<Operation>> longest = List.of(List.of());
    for (int length = 1; length <= MOST; length++) {
      List<List<Operation>> longer = new ArrayList<>();
      for (List<Operation> shorter : longest) {
        for (Operation operation : operations) {
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
    List<Workload> all = workloads();
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

  private static int cut(Workload workload, long seed) {
    try {
      DiskCuts<Noted> cuts =
          DiskCuts.of(
                  () -> new Noted(workload.encrypted()),
                  (simulation, noted) -> {
                    OperationRun run = new OperationRun(simulation, noted);
                    for (Operation operation : workload.operations()) {
                      run.perform(operation);
                    }
                    run.close();
                  },
                  (restarted, noted, cut) -> check(restarted, noted, cut))
              .maxImages(NIGHTLY ? 6 : 4);
      // an opening writes the last group again, where it stands: a flip there is damage
      boolean opensAgain = workload.operations().stream().anyMatch(Operation::reopens);
      return (opensAgain ? cuts : cuts.withFlips()).forEachCut(seed);
    } catch (AssertionError failed) {
      throw new AssertionError(workload + ": " + failed.getMessage(), failed);
    }
  }

  private static void check(Simulation restarted, Noted noted, Cut cut) throws Exception {
    Disk folder = OperationRun.storeFolder(restarted);
    int key = keyInForce(restarted, folder, noted);
    LogEventStore store = open(restarted, folder, key);
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
    LogEventStore last = open(next, OperationRun.storeFolder(next), key);
    assertThat(History.everything(last)).isEqualTo(more);
  }

  private static LogEventStore open(Simulation simulation, Disk folder, int key) {
    return simulation.await(
        LogEventStore.opening(
            folder, simulation.seams(), Workloads.TINY, OperationRun.encryption(key)));
  }

  /** The one that is in force for certain, or the next; and no key that was in force before. */
  private static int keyInForce(Simulation restarted, Disk folder, Noted noted) throws IOException {
    for (int old = 1; old < noted.key; old++) {
      int before = old;
      assertThatThrownBy(() -> open(restarted, folder, before))
          .as("opening with a key that was changed")
          .isInstanceOf(StoreKeyException.class);
    }
    return noted.askedKey > noted.key && opens(restarted, folder, noted.askedKey)
        ? noted.askedKey
        : noted.key;
  }

  /** Whether the store is one of this key; any other refusal is none of the key. */
  private static boolean opens(Simulation simulation, Disk folder, int key) {
    try {
      simulation.await(open(simulation, folder, key).closing());
      return true;
    } catch (StoreKeyException refused) {
      return false;
    }
  }

  /** A snapshot that was saved is there, or a newer one; never one that nobody asked for. */
  private static void checkSnapshot(LogEventStore store, Noted noted) {
    var found = store.snapshots().find(OperationRun.KEY);
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
    if (!OperationRun.backupFolder(restarted).list().contains("backup.manifest")) {
      assertThat(noted.backedUp).as("a backup is there").isFalse();
      return;
    }
    SimDisk made = SimDisk.empty();
    restarted.await(
        LogFolder.restoring(
            OperationRun.backupFolder(restarted), made, restarted.seams(), LogProgress.NONE));
    List<RecordedEvent> restored = History.everything(openRestored(restarted, made, noted));
    assertThat(restored).isEqualTo(events.subList(0, restored.size()));
    assertThat(restored.size()).isGreaterThanOrEqualTo((int) noted.backupHead);
  }

  /** By the key that was in force when the backup was made: one of all that there were. */
  private static LogEventStore openRestored(Simulation simulation, SimDisk made, Noted noted) {
    for (int key = noted.askedKey; key > 1; key--) {
      try {
        return open(simulation, made, key);
      } catch (StoreKeyException refused) {
        // an earlier one, then
      }
    }
    return open(simulation, made, Math.min(1, noted.askedKey));
  }
}
