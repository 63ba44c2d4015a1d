package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.testkit.sim.DiskCall;
import dev.millrace.testkit.sim.Fault;
import dev.millrace.testkit.sim.FaultPlan;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The next segment is made beside the writer, and what goes wrong there is noticed. */
final class PreparationTest {
  private static final LogOptions SMALL =
      LogOptions.DEFAULT.withSegmentBytes(64 * 1024).withPrepareBytes(8192).withReserveBytes(0);
  private static final String SECOND = "000000000002.seg";

  /** Of an append of {@link #append}. */
  private static final int FRAME = 1120;

  /** Appends in the first segment. */
  private static final int FIRST_FITS = (64 * 1024 - 4096 - 160) / FRAME;

  private static Simulation simulation(FaultPlan plan) {
    return Simulation.of(3, settings -> settings.faults(plan));
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(LogEventStore.opening(simulation.disk(), simulation.seams(), SMALL));
  }

  /** Appends about a kilobyte, and lets everything happen that follows. */
  private static void append(Simulation simulation, LogEventStore store, int number) {
    Appended stored = (Appended) simulation.await(store.append(Workloads.append(number, 1_000)));
    assertThat(stored.repeated()).isFalse();
    simulation.scheduler().runUntilIdle();
  }

  @Test
  void theNextSegmentIsWholeWhenItsTurnComes() throws IOException {
    List<DiskCall> calls = new ArrayList<>();
    Simulation simulation =
        simulation(call -> {
          calls.add(call);
          return Fault.NONE;
        });
    LogEventStore store = open(simulation);
    int appends = 0;
    while (!simulation.disk().list().contains(SECOND)) {
      calls.clear();
      append(simulation, store, appends++);
    }
    assertThat(appends).isGreaterThan(50);
    assertThat(calls)
        .as("while the append waited that rolled")
        .filteredOn(call -> call.kind() == DiskCall.Kind.WRITE && call.path().contains(SECOND))
        .satisfiesExactly(
            header -> {
              assertThat(header.path()).endsWith(SECOND + ".new");
              assertThat(header.offset()).isZero();
              assertThat(header.length()).isEqualTo(4096);
            },
            frame -> assertThat(frame.path()).endsWith(SECOND));
    assertThat(simulation.disk().open(SECOND).size()).isEqualTo(SMALL.segmentBytes());
    simulation.await(store.closing());
  }

  @Test
  void aSmallStoreHasNoSecondFileAndAClosedOneKeepsNone() throws IOException {
    Simulation simulation = simulation(call -> Fault.NONE);
    LogEventStore store = open(simulation);
    for (int i = 0; i < 4; i++) {
      append(simulation, store, i);
    }
    assertThat(simulation.disk().list()).doesNotContain(SECOND + ".new");
    for (int i = 4; i < 40; i++) {
      append(simulation, store, i);
    }
    assertThat(simulation.disk().list()).contains(SECOND + ".new");
    simulation.await(store.closing());
    assertThat(simulation.disk().list()).doesNotContain(SECOND + ".new");
  }

  @Test
  void aDiskThatIsFullAheadRefusesNothingThatFits() throws IOException {
    Simulation simulation =
        simulation(call ->
            call.kind() == DiskCall.Kind.WRITE
                    && call.path().contains(SECOND)
                    && call.length() >= 4096
                    && call.offset() >= 24 * 1024
                ? Fault.FULL
                : Fault.NONE);
    LogEventStore store = open(simulation);
    int fit = FIRST_FITS + (24 * 1024 - 4096) / FRAME;
    for (int i = 0; i < fit; i++) {
      append(simulation, store, i);
    }
    assertThat(simulation.disk().list()).contains(SECOND);
    var refused = store.append(Workloads.append(fit, 1_000));
    assertThatThrownBy(() -> simulation.await(refused)).isInstanceOf(StoreFullException.class);
    assertThat(Evidence.everything(store)).hasSize(fit);
    simulation.await(store.closing());
  }

  @Test
  void aFullDiskIsTriedAgainByEveryAppendThatFindsNoRoom() {
    boolean[] full = {true};
    Simulation simulation =
        simulation(call ->
            full[0]
                    && call.kind() == DiskCall.Kind.WRITE
                    && call.path().endsWith(".new")
                    && !call.path().endsWith("000000000001.seg.new")
                ? Fault.FULL
                : Fault.NONE);
    LogEventStore store = open(simulation);
    int appends = 0;
    while (appends < FIRST_FITS) {
      append(simulation, store, appends++);
    }
    for (int i = 0; i < 3; i++) {
      var refused = store.append(Workloads.append(100 + i, 3_000));
      assertThatThrownBy(() -> simulation.await(refused)).isInstanceOf(StoreFullException.class);
    }
    full[0] = false;
    append(simulation, store, 200);
    while (appends < 200) {
      append(simulation, store, appends++);
    }
    assertThat(Evidence.everything(store)).hasSize(201);
    simulation.await(store.closing());
  }

  @Test
  void aSyncOfZerosThatFailsAheadStopsTheStore() {
    boolean[] failed = {false};
    Simulation simulation =
        simulation(call -> {
          boolean strikes =
              call.kind() == DiskCall.Kind.SYNC_FILE && call.path().endsWith(SECOND + ".new");
          failed[0] |= strikes;
          return strikes ? Fault.ERROR : Fault.NONE;
        });
    LogEventStore store = open(simulation);
    int appends = 0;
    while (!failed[0]) {
      append(simulation, store, appends++);
    }
    assertThat(appends).isLessThan(40);
    assertThatThrownBy(() -> simulation.await(store.append(Workloads.append(300, 10))))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining(SECOND)
        .hasMessageContaining("open the store again");
    assertThat(Evidence.everything(store)).hasSize(appends);
    simulation.await(store.closing());
  }

  @Test
  void aDiskThatIsFullWhenAHoleIsOpenedAgainRefusesAndDoesNotStop() throws IOException {
    boolean[] full = {false};
    List<DiskCall> calls = new ArrayList<>();
    Simulation simulation =
        simulation(call -> {
          calls.add(call);
          return full[0] && call.kind() == DiskCall.Kind.WRITE && call.path().contains(SECOND)
              ? Fault.FULL
              : Fault.NONE;
        });
    LogEventStore store = openForLargeGroups(simulation);
    int appends = 0;
    while (!simulation.disk().list().contains(SECOND)) {
      var first = store.append(Workloads.append(appends++, 1_000));
      simulation.await(store.append(Workloads.append(appends++, 1_000)));
      simulation.await(first);
      simulation.scheduler().runUntilIdle();
    }
    assertThat(calls)
        .as("only the last page was written ahead")
        .filteredOn(
            call -> call.kind() == DiskCall.Kind.WRITE && call.path().endsWith(SECOND + ".new"))
        .extracting(DiskCall::offset)
        .containsExactly((long) SMALL.segmentBytes() - 4096, 0L);
    simulation.await(store.closing());

    store = openForLargeGroups(simulation);
    full[0] = true;
    var refused = store.append(Workloads.append(1_000, 1_000));
    assertThatThrownBy(() -> simulation.await(refused)).isInstanceOf(StoreFullException.class);
    full[0] = false;
    append(simulation, store, appends);
    assertThat(Evidence.everything(store)).hasSize(appends + 1);
    simulation.await(store.closing());
  }

  private static LogEventStore openForLargeGroups(Simulation simulation) {
    LogOptions large = SMALL.withFlushBesideFrom(2);
    return simulation.await(LogEventStore.opening(simulation.disk(), simulation.seams(), large));
  }
}
