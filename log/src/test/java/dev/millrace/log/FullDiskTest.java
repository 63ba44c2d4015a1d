package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.DiskRoom;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.sim.DiskCall;
import dev.millrace.testkit.sim.Fault;
import dev.millrace.testkit.sim.FaultPlan;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class FullDiskTest {
  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }

  @Test
  void aFullDiskRefusesReadsGoOnAndRoomMakesItWorkAgain() {
    boolean[] full = {false};
    FaultPlan plan =
        call ->
            full[0]
                    && call.kind() == DiskCall.Kind.WRITE
                    && Fault.FULL.appliesTo(call.kind())
                    && (call.path().endsWith(".new") || call.length() >= 4096)
                ? Fault.FULL
                : Fault.NONE;
    Simulation simulation = Simulation.of(1, settings -> settings.faults(plan));
    LogEventStore store = open(simulation);
    Evidence evidence = new Evidence();
    for (int i = 0; i < 40; i++) {
      full[0] = i % 4 != 3;
      var append = Workloads.append(i, 900, 20);
      evidence.asked(append);
      try {
        evidence.answered(append, simulation.await(store.append(append)));
      } catch (StoreFullException refused) {
        assertThat(refused).hasMessageContaining("make room");
        assertThat(store.find(append.id())).isEmpty();
        full[0] = false;
        var again = simulation.await(store.append(append));
        assertThat(((Appended) again).repeated()).isFalse();
        evidence.answered(append, again);
      }
      evidence.check(store);
    }
    simulation.await(store.closing());
    assertThat(LogFolder.verify(simulation.disk()).damage()).isEmpty();
    evidence.check(open(simulation));
  }

  @Test
  void theReserveIsKept() {
    Simulation simulation = Simulation.of(1, settings -> settings.capacityBytes(1 << 20));
    LogOptions options = Workloads.TINY.withReserveBytes(900_000);
    LogEventStore store =
        simulation.await(LogEventStore.opening(simulation.disk(), simulation.seams(), options));
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                simulation.await(store.append(Workloads.append(i, 1_000)));
              }
            })
        .isInstanceOf(StoreFullException.class);
    assertThat(Evidence.everything(store)).hasSizeGreaterThan(50);
    simulation.await(store.closing());
    assertThat(LogFolder.verify(simulation.disk()).ok()).isTrue();
  }

  @Test
  void aDiskThatOthersFillWarnsThenRefusesAndGoesOnByItselfWhenThereIsRoom() throws IOException {
    Simulation simulation = Simulation.of(1, settings -> settings.capacityBytes(1_000_000));
    LogOptions options = Workloads.TINY.withReserveBytes(20_000);
    LogEventStore store =
        simulation.await(
            LogEventStore.opening(simulation.disk().folder("store"), simulation.seams(), options));
    Evidence evidence = new Evidence();
    assertThat(fillTo(simulation, store, 90)).isEqualTo(DiskRoom.State.ENOUGH);
    assertThat(fillTo(simulation, store, 95)).isEqualTo(DiskRoom.State.LOW);
    assertThat(fillTo(simulation, store, 94)).as("no flutter").isEqualTo(DiskRoom.State.LOW);
    assertThat(fillTo(simulation, store, 93)).isEqualTo(DiskRoom.State.ENOUGH);
    assertThat(fillTo(simulation, store, 99)).isEqualTo(DiskRoom.State.FULL);

    int number = 0;
    for (boolean refused = false; !refused; number++) {
      Append append = Workloads.append(number, 900);
      evidence.asked(append);
      try {
        evidence.answered(append, simulation.await(store.append(append)));
      } catch (StoreFullException full) {
        refused = true;
        assertThat(full).hasMessageContaining("make room");
      }
      assertThat(number).as("appends into room that there is not").isLessThan(20);
    }
    evidence.check(store);
    assertThat(store.activity().orElseThrow().fullRefusals()).isEqualTo(1);

    assertThat(fillTo(simulation, store, 50)).isEqualTo(DiskRoom.State.ENOUGH);
    for (int i = 0; i < 20; i++) {
      Append append = Workloads.append(number + i, 900);
      evidence.asked(append);
      evidence.answered(append, simulation.await(store.append(append)));
    }
    evidence.check(store);
    simulation.await(store.closing());
  }

  /** Fills the disk with the files of somebody else. */
  private static DiskRoom.State fillTo(Simulation simulation, LogEventStore store, int percent)
      throws IOException {
    Disk disk = simulation.disk();
    disk.delete("others");
    DiskFile file = disk.create("others");
    long missing = disk.usableBytes() - disk.totalBytes() / 100 * (100 - percent);
    CompletableFuture<Void> written = new CompletableFuture<>();
    file.write(0, ByteBuffer.wrap(new byte[(int) missing]), failed -> written.complete(null));
    simulation.await(written);
    return Objects.requireNonNull(store.activity().orElseThrow().disk()).state();
  }

  @Test
  void aFailedSyncLatchesAndReadsGoOn() {
    boolean[] broken = {false};
    FaultPlan plan =
        call -> broken[0] && call.kind() == DiskCall.Kind.SYNC_FILE ? Fault.ERROR : Fault.NONE;
    Simulation simulation = Simulation.of(1, settings -> settings.faults(plan));
    LogEventStore store = open(simulation);
    simulation.await(store.append(Workloads.append(0, 10)));
    broken[0] = true;
    assertThatThrownBy(() -> simulation.await(store.append(Workloads.append(1, 10))))
        .isInstanceOf(StoreFailedException.class);
    broken[0] = false;
    assertThatThrownBy(() -> simulation.await(store.append(Workloads.append(2, 10))))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("open the store again");
    assertThat(Evidence.everything(store)).hasSize(1);
  }

  @Test
  void aDiskThatCannotBeReadFailsEverybodyWhoWaits() {
    boolean[] broken = {false};
    FaultPlan plan =
        call -> broken[0] && call.kind() == DiskCall.Kind.READ ? Fault.ERROR : Fault.NONE;
    Simulation simulation = Simulation.of(1, settings -> settings.faults(plan));
    LogEventStore store = open(simulation);
    for (int i = 0; i < 3; i++) {
      simulation.await(store.append(Workloads.append(i, 10)));
    }
    simulation.scheduler().runUntilIdle();
    broken[0] = true;
    Query sameTag = Query.tags(new TagValue("n", "1"));
    var first = store.append(Workloads.append(3, 10));
    var second =
        store.append(Workloads.append(4, 10).onlyIf(AppendCondition.noneMatching(sameTag, 0)));
    var third = store.append(Workloads.append(5, 10));
    for (var answer : List.of(first, second, third)) {
      assertThatThrownBy(() -> simulation.await(answer)).isInstanceOf(StoreFailedException.class);
    }
  }
}
