package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.wiring.RealDisk;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup holds what was durable, and what is restored from it is that, in a new history. */
final class BackupTest {
  private static final String MANIFEST = "backup.manifest";

  private static LogEventStore open(Disk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  private static void append(LogEventStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(Workloads.append(i, 1_000, 10)).join();
    }
  }

  private static LogBackup backup(Disk source, Disk target) {
    return LogFolder.backup(source, target, SystemSeams.shared(), LogProgress.NONE);
  }

  private static LogRestore restore(Disk backup, Disk target) {
    return LogFolder.restore(backup, target, SystemSeams.shared(), LogProgress.NONE);
  }

  private static List<RecordedEvent> restored(Disk backup) {
    SimDisk made = SimDisk.empty();
    restore(backup, made);
    assertThat(LogFolder.verify(made).damage()).isEmpty();
    try (LogEventStore store = open(made)) {
      return Evidence.everything(store);
    }
  }

  @Test
  void aStoreIsBackedUpWhileItRunsAndEachTimeOnlyWhatIsNew() {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      append(store, 0, 12);
      LogBackup first = backup(disk, backups);
      assertThat(first.head()).isEqualTo(24);
      assertThat(first.number()).isEqualTo(1);
      assertThat(first.store()).isEqualTo(store.identity());
      assertThat(first.copiedSegments()).isEqualTo(first.segments());
      assertThat(restored(backups)).isEqualTo(Evidence.everything(store));

      append(store, 12, 20);
      LogBackup second = store.backup(backups, LogProgress.NONE).join();
      assertThat(second.number()).isEqualTo(2);
      assertThat(second.head()).isEqualTo(40);
      int unchanged = first.segments() - 1;
      assertThat(second.copiedSegments()).isEqualTo(second.segments() - unchanged);
      assertThat(second.copiedBytes()).isLessThan(second.bytes());
      assertThat(restored(backups)).isEqualTo(Evidence.everything(store));

      LogBackup third = backup(disk, backups);
      assertThat(third.copiedSegments()).isEqualTo(1);
      assertThat(restored(backups)).isEqualTo(Evidence.everything(store));
    }
  }

  @Test
  void aCopyThatSomebodyDeletedIsMadeAgain() throws IOException {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      append(store, 0, 12);
      backup(disk, backups);
      backups.delete("000000000001-1.segment");
      assertThat(backup(disk, backups).copiedSegments()).isEqualTo(2);
      assertThat(restored(backups)).isEqualTo(Evidence.everything(store));
    }
  }

  @Test
  void theFolderHoldsOneBackupAndNothingThatIsNotNamed() throws IOException {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      append(store, 0, 5);
      backup(disk, backups);
      LogBackup last = backup(disk, backups);
      assertThat(backups.list().stream().filter(name -> name.endsWith(".segment")))
          .hasSize(last.segments());
    }
    assertThatThrownBy(() -> open(backups))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("log restore");
  }

  @Test
  void aRestoredStoreIsInANewHistoryEachTime() {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    StoreIdentity before;
    SnapshotKey key = new SnapshotKey("view", 1, "fingerprint", Tenant.DEFAULT, "k");
    try (LogEventStore store = open(disk)) {
      append(store, 0, 3);
      before = store.identity();
      backup(disk, backups);
    }
    SimDisk made = SimDisk.empty();
    LogRestore restore = restore(backups, made);
    assertThat(restore.backup()).isEqualTo(before);
    assertThat(restore.made().id()).isEqualTo(before.id());
    assertThat(restore.made().epoch()).isGreaterThan(before.epoch());
    try (LogEventStore store = open(made)) {
      assertThat(store.identity()).isEqualTo(restore.made());
      store.snapshots().save(new Snapshot(key, before, 1, Bytes.EMPTY)).join();
      assertThat(store.snapshots().find(key)).isEmpty();
      append(store, 3, 6);
      assertThat(store.head()).isEqualTo(12);
    }
    assertThatThrownBy(() -> backup(made, backups))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(before.toString())
        .hasMessageContaining("another folder");
    assertThatThrownBy(() -> restore(backups, made))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not empty");
  }

  @Test
  void aFolderWithOtherFilesIsRefused() throws IOException {
    SimDisk disk = SimDisk.empty();
    open(disk).close();
    SimDisk occupied = SimDisk.empty();
    occupied.create("notes.txt").close();
    assertThatThrownBy(() -> backup(disk, occupied))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("notes.txt");
    assertThatThrownBy(() -> backup(SimDisk.empty(), SimDisk.empty()))
        .hasMessageContaining("no log store");
    assertThatThrownBy(() -> restore(SimDisk.empty(), SimDisk.empty()))
        .hasMessageContaining("no backup");
  }

  @Test
  void anyFlipInABackupIsFoundBeforeTheStoreCanBeOpened() throws IOException {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      append(store, 0, 6);
      backup(disk, backups);
    }
    for (String name : List.of(MANIFEST, "000000000001-1.segment")) {
      SimDisk look = backups.afterKill(DiskSettings.PLAIN);
      DiskFile file = look.open(name);
      long size = file.size();
      file.close();
      for (long offset = 0; offset < size; offset += 11) {
        SimDisk flipped = backups.afterKill(DiskSettings.PLAIN);
        flipped.flip(name, offset, 1 << (offset % 7));
        SimDisk made = SimDisk.empty();
        assertThatThrownBy(() -> restore(flipped, made))
            .as("byte %d of %s", offset, name)
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining(name);
        if (made.list().stream().anyMatch(there -> !there.equals("lock"))) {
          assertThatThrownBy(() -> open(made)).hasMessageContaining("not finished");
        }
      }
    }
  }

  @Test
  void aDamagedSourceEndsTheBackupAndTheOldOneStays() {
    SimDisk disk = SimDisk.empty();
    SimDisk backups = SimDisk.empty();
    List<RecordedEvent> before;
    try (LogEventStore store = open(disk)) {
      append(store, 0, 2);
      backup(disk, backups);
      before = Evidence.everything(store);
      append(store, 2, 12);
    }
    disk.flip("000000000002.seg", 4096 + 200, 1);
    assertThatThrownBy(() -> backup(disk, backups))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("000000000002.seg")
        .hasMessageContaining("4096");
    assertThat(restored(backups)).isEqualTo(before);
  }

  @Test
  void aStoreThatIsClosedEndsItsBackup() {
    SimDisk disk = SimDisk.empty();
    LogEventStore store = open(disk);
    append(store, 0, 12);
    CompletableFuture<Void> closed = new CompletableFuture<>();
    CompletableFuture<LogBackup> backup =
        store.backup(
            SimDisk.empty(),
            (done, total) -> {
              if (done > 0 && !closed.isDone()) {
                var unused = store.closing().thenRun(() -> closed.complete(null));
              }
            });
    assertThatThrownBy(backup::join).hasMessageContaining("stopped");
    closed.join();
  }

  @Test
  void whatIsAppendedMeanwhileIsThereUpToSomeAppend(@TempDir Path folder) {
    Disk disk = RealDisk.at(folder.resolve("store"));
    Disk backups = RealDisk.at(folder.resolve("backups"));
    LogOptions options = LogOptions.DEFAULT.withSegmentBytes(1 << 20).withReserveBytes(0);
    try (LogEventStore store = LogEventStore.open(disk, SystemSeams.shared(), options)) {
      List<CompletableFuture<AppendResult>> answers = new ArrayList<>();
      for (int round = 0; round < 8; round++) {
        for (int i = 0; i < 400; i++) {
          answers.add(store.append(Workloads.append(round * 400 + i, 700, 100)));
        }
        long durable = store.head();
        LogBackup backup = backup(disk, backups); // as another process would, with no lock
        assertThat(backup.head()).isGreaterThanOrEqualTo(durable);
        Disk made = RealDisk.at(folder.resolve("made-" + round));
        restore(backups, made);
        try (LogEventStore copy = LogEventStore.open(made, SystemSeams.shared(), options)) {
          List<RecordedEvent> found = Evidence.everything(copy);
          assertThat(copy.head()).isEqualTo(backup.head());
          answers.forEach(CompletableFuture::join);
          assertThat(Evidence.everything(store).subList(0, found.size())).isEqualTo(found);
        }
      }
    }
  }

  @Test
  void aBackupThatIsCutShortLeavesTheOneBefore() {
    int checked =
        DiskCuts.of(
                () -> new long[2],
                (simulation, heads) -> {
                  LogEventStore store = open(simulation);
                  Disk backups = simulation.disk().folder("backups");
                  for (int round = 0; round < 2; round++) {
                    for (int i = 0; i < 3; i++) {
                      simulation.await(store.append(Workloads.append(round * 3 + i, 1_500)));
                    }
                    heads[round] = -1;
                    simulation.await(store.backup(backups, LogProgress.NONE));
                    CompletableFuture<Void> there = new CompletableFuture<>();
                    simulation.disk().sync(failed -> done(there, failed));
                    simulation.await(there);
                    heads[round] = store.head();
                  }
                  simulation.await(store.closing());
                },
                (restarted, heads, cut) -> {
                  Disk backups = restarted.disk().folder("backups");
                  boolean there = backups.list().contains(MANIFEST);
                  assertThat(there || heads[0] <= 0).isTrue();
                  if (there) {
                    SimDisk made = SimDisk.empty();
                    LogRestore restore =
                        LogFolder.restore(backups, made, SystemSeams.shared(), LogProgress.NONE);
                    assertThat(restore.head()).isIn(3L, 6L);
                    assertThat(heads[1] <= 0 || restore.head() == 6).isTrue();
                    assertThat(LogFolder.verify(made).events()).isEqualTo(restore.head());
                  }
                })
            .maxImages(3)
            .forEachCut(5);
    assertThat(checked).isPositive();
  }

  private static void done(CompletableFuture<Void> sync, IOException failed) {
    if (failed == null) {
      sync.complete(null);
    } else {
      sync.completeExceptionally(failed);
    }
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }
}
