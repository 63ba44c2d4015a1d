package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/**
 * Every workload of up to three appends, cut at every call of the disk: what was acknowledged is
 * there, and nothing else is half there.
 */
final class CrashTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");

  @Test
  void oneAfterTheOtherCutAnywhere() {
    for (List<Append> workload : Workloads.all(NIGHTLY ? 3 : 2)) {
      assertThat(cuts(workload, false, disk -> disk).forEachCut(workload.size())).isPositive();
    }
  }

  @Test
  void allAtOnceCutAnywhere() {
    for (List<Append> workload : Workloads.all(3)) {
      if (NIGHTLY || workload.size() == 3) {
        assertThat(cuts(workload, true, disk -> disk).forEachCut(1)).isPositive();
      }
    }
  }

  @Test
  void anEngineThatAnswersBeforeTheSyncIsFound() {
    List<Append> workload = List.of(Workloads.append(0, 20), Workloads.append(1, 300, 700));
    assertThatThrownBy(() -> cuts(workload, false, LyingDisk::new).forEachCut(1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("acknowledged");
  }

  private static DiskCuts<Evidence> cuts(
      List<Append> workload, boolean atOnce, UnaryOperator<Disk> change) {
    return DiskCuts.of(
            Evidence::new,
            (simulation, evidence) -> run(simulation, evidence, workload, atOnce, change),
            (restarted, evidence, cut) -> check(restarted, evidence))
        .maxImages(NIGHTLY ? 24 : 5);
  }

  private static void run(
      Simulation simulation,
      Evidence evidence,
      List<Append> workload,
      boolean atOnce,
      UnaryOperator<Disk> change) {
    LogEventStore store =
        simulation.await(
            LogEventStore.opening(
                change.apply(simulation.disk()), simulation.seams(), Workloads.TINY));
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (Append append : workload) {
      evidence.asked(append);
      CompletableFuture<AppendResult> answer = store.append(append);
      answers.add(answer.thenAccept(result -> evidence.answered(append, result)));
      if (!atOnce) {
        simulation.await(answers.get(answers.size() - 1));
      }
    }
    for (CompletableFuture<?> answer : answers) {
      simulation.await(answer);
    }
    simulation.await(store.closing());
  }

  private static void check(Simulation restarted, Evidence noted) {
    Evidence evidence = noted.copy();
    LogEventStore store = open(restarted);
    evidence.check(store);
    List<RecordedEvent> found = Evidence.everything(store);
    restarted.await(store.closing());
    store = open(restarted);
    assertThat(store.recovery().clean()).isTrue();
    assertThat(Evidence.everything(store)).as("opening again changes nothing").isEqualTo(found);
    for (Append append : evidence.asked()) {
      boolean there = store.find(append.id()).isPresent();
      AppendResult again = restarted.await(store.append(append));
      assertThat(((Appended) again).repeated()).isEqualTo(there);
      evidence.answered(append, again);
    }
    evidence.check(store);
    restarted.await(store.closing());
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }
}
