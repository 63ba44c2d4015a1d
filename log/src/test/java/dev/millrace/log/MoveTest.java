package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.store.StoreMigration;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.internal.ForwardingDisk;
import dev.millrace.log.internal.StoreArrival;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store arrives in a folder of several segments, or stays where it is, whatever fails. */
final class MoveTest {
  private static final StoreMigration.Progress UNSEEN = (work, position, head) -> {};
  private static final LogOptions QUIET = Workloads.TINY.withIdle(Duration.ofDays(1));
  private static final int APPENDS = 10;

  private static LogEventStore open(Disk disk, Encryption encryption) {
    return LogEventStore.open(disk, SystemSeams.shared(), QUIET, encryption);
  }

  private static SimDisk filled() {
    return filled(APPENDS);
  }

  private static SimDisk filled(int appends) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = open(disk, Encryption.NONE)) {
      EncryptionTest.append(store, 0, appends);
    }
    return disk;
  }

  private static StoreArrival copy(Disk disk, Encryption encryption, StoreIdentity identity) {
    return StoreArrival.open(disk, SystemSeams.shared(), QUIET, encryption, identity);
  }

  private static void move(LogEventStore source, Disk disk, Encryption encryption) {
    try (StoreCopy copy = copy(disk, encryption, source.identity())) {
      StoreMigration.run(source, copy, UNSEEN);
    }
  }

  private static List<CopiedAppend> appends(LogEventStore store) {
    return store.appends(0, 1_000);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whateverCallFailsOneOfTheTwoTakesEventsAndNothingIsLost(boolean encrypted)
      throws IOException {
    Encryption encryption = encrypted ? Keys.with(1) : Encryption.NONE;
    SimDisk filled = filled();
    for (int call = 1; ; call++) {
      SimDisk there = SimDisk.empty();
      FailingDisk failing = FailingDisk.at(there, call);
      try (LogEventStore source = open(filled.afterKill(DiskSettings.PLAIN), Encryption.NONE)) {
        boolean failed = false;
        try {
          move(source, failing, encryption);
        } catch (MillraceException planted) {
          failed = true;
        }
        int appends = APPENDS;
        if (failed && source.movedTo().isEmpty()) {
          if (there.list().stream().anyMatch(name -> name.endsWith(".seg"))) {
            assertThatThrownBy(() -> open(there, encryption).close())
                .as("after call %d failed", call)
                .isInstanceOf(MillraceException.class);
          }
          EncryptionTest.append(source, appends, ++appends);
        } else {
          assertThatThrownBy(() -> EncryptionTest.append(source, APPENDS, APPENDS + 1))
              .hasCauseInstanceOf(StoreMovedException.class);
        }
        if (failed) {
          move(source, there, encryption);
        }
        try (LogEventStore target = open(there, encryption)) {
          assertThat(appends(target)).as("after call %d failed", call).isEqualTo(appends(source));
          EncryptionTest.append(target, appends, appends + 1);
        }
      }
      if (failing.calls() < call) {
        assertThat(call).isGreaterThan(40);
        return;
      }
    }
  }

  /** Fails in the last step: before it takes effect, or afterwards. */
  private static final class FailingLastStep extends ForwardingDisk {
    private final boolean before;
    private boolean failed;

    FailingLastStep(Disk disk, boolean before) {
      super(disk);
      this.before = before;
    }

    @Override
    public void delete(String name) throws IOException {
      boolean fails = !failed && name.equals("unfinished");
      failed |= fails;
      if (!fails || !before) {
        super.delete(name);
      }
      if (fails) {
        throw new IOException("planted");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whenTheLastStepFailsTheSourceStaysStopped(boolean before) {
    SimDisk there = SimDisk.empty();
    try (LogEventStore source = open(filled(), Encryption.NONE)) {
      assertThatThrownBy(() -> move(source, new FailingLastStep(there, before), Encryption.NONE))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("planted");
      assertThatThrownBy(() -> EncryptionTest.append(source, APPENDS, APPENDS + 1))
          .hasCauseInstanceOf(StoreMovedException.class);
      move(source, there, Encryption.NONE);
      try (LogEventStore target = open(there, Encryption.NONE)) {
        assertThat(appends(target)).isEqualTo(appends(source));
      }
    }
  }

  @Test
  void anEncryptedFolderOfSeveralSegmentsIsGoneOnWith() {
    Encryption encryption = Keys.with(1);
    SimDisk there = SimDisk.empty();
    try (LogEventStore source = open(filled(24), Encryption.NONE)) {
      List<CopiedAppend> appends = appends(source);
      try (StoreArrival begun = copy(there, encryption, source.identity())) {
        begun.add(appends.subList(0, 22));
      }
      try (StoreArrival next = copy(there, encryption, source.identity())) {
        assertThat(next.head()).as("segments that are kept").isGreaterThan(5);
        StoreMigration.run(source, next, UNSEEN);
      }
      try (LogEventStore target = open(there, encryption)) {
        assertThat(appends(target)).isEqualTo(appends);
      }
    }
  }

  @Test
  void nothingIsDeletedInAFolderOfAnotherStore() throws IOException {
    SimDisk there = SimDisk.empty();
    SimDisk empty = SimDisk.empty();
    StoreIdentity other;
    try (LogEventStore store = open(empty, Encryption.NONE)) {
      other = store.identity();
    }
    try (LogEventStore source = open(filled(), Encryption.NONE)) {
      try (StoreArrival begun = copy(there, Encryption.NONE, source.identity())) {
        begun.add(appends(source));
      }
      there.create("000000000099.seg").close(); // made when the power failed
      List<String> files = there.list();
      assertThatThrownBy(() -> copy(there, Encryption.NONE, other))
          .isInstanceOf(StoreMismatchException.class);
      assertThat(there.list()).isEqualTo(files);
      move(source, there, Encryption.NONE);
      assertThat(there.list()).doesNotContain("000000000099.seg");
    }
  }

  @Test
  void aTornFolderThatIsNoCopyIsLeftAlone() throws IOException {
    SimDisk there = SimDisk.empty();
    there.create("000000000001.seg").close();
    assertThatThrownBy(() -> copy(there, Encryption.NONE, new StoreIdentity(new UUID(1, 1), 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not empty");
    there.create("unfinished").close(); // as a salvage does
    assertThatThrownBy(() -> copy(there, Encryption.NONE, new StoreIdentity(new UUID(1, 1), 1)))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("salvage");
    assertThat(there.list()).contains("000000000001.seg");
  }

  @Test
  void nobodyElseComesInBeforeItIsFinished() {
    SimDisk there = SimDisk.empty();
    try (LogEventStore source = open(filled(), Encryption.NONE);
        StoreArrival copy = copy(there, Encryption.NONE, source.identity())) {
      copy.add(appends(source));
      copy.settle().close();
      assertThatThrownBy(() -> copy(there, Encryption.NONE, source.identity()))
          .isInstanceOf(StoreLockedException.class);
      copy.finish();
    }
  }

  @Test
  void aDepartureThatFailsKeepsNobodyFromAppending() {
    MoveTarget target = new MoveTarget("log:there", new UUID(1, 2), 0);
    SimDisk filled = filled();
    for (int call = 1; ; call++) {
      SimDisk disk = filled.afterKill(DiskSettings.PLAIN);
      FailingDisk failing = FailingDisk.at(disk, Integer.MAX_VALUE);
      boolean moved;
      try (LogEventStore store = open(failing, Encryption.NONE)) {
        int before = failing.calls();
        failing.failAt(before + call);
        try {
          store.leave(target);
        } catch (StoreFailedException planted) {
          assertThat(planted).hasMessageContaining("moved");
        }
        boolean through = failing.calls() < before + call;
        failing.failAt(Integer.MAX_VALUE);
        moved = store.movedTo().isPresent();
        if (!moved) {
          EncryptionTest.append(store, 100, 101);
        }
        if (through) {
          assertThat(moved).isTrue();
          assertThat(call).isGreaterThan(4);
          return;
        }
      }
      try (LogEventStore again = open(disk, Encryption.NONE)) {
        assertThat(again.movedTo().isPresent()).isEqualTo(moved);
      }
    }
  }

  @Test
  void whatIsRepeatedIsAnsweredWithWhereItIs() {
    try (LogEventStore store = open(filled(), Encryption.NONE)) {
      store.leave(new MoveTarget("log:there", new UUID(1, 2), 0));
      assertThat(store.append(Workloads.append(3, 1_000, 10)).join())
          .isEqualTo(new Appended(7, 8, appends(store).get(3).time(), true));
      assertThatThrownBy(() -> store.append(Workloads.append(3, 1_000)).join())
          .hasCauseInstanceOf(AppendIdReusedException.class);
      assertThatThrownBy(() -> store.append(Workloads.append(99, 1)).join())
          .hasCauseInstanceOf(StoreMovedException.class);
    }
  }
}
