package dev.millrace.testkit.sim;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SimDiskTest {
  private final SimDisk disk = SimDisk.empty();

  @Test
  void readsShowWhatWasWritten() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    write(file, 10_000, "far");
    assertThat(file.size()).isEqualTo(10_003);
    assertThat(read(file, 0, 5)).isEqualTo("hello");
    assertThat(read(file, 9_999, 4)).isEqualTo("\0far");
    assertThat(read(disk.open("a"), 1, 4)).isEqualTo("ello");
    file.truncate(3);
    write(file, 5, "x");
    assertThat(read(file, 0, 6)).isEqualTo("hel\0\0x");
    assertThat(disk.list()).containsExactly("a");
  }

  @Test
  void whatWasSyncedSurvivesWhateverIsChosen() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    sync(file);
    sync(disk);
    write(file, 5, "more");
    write(file, 0, "J");
    disk.cutPower();
    for (long seed = 0; seed < 200; seed++) {
      SimDisk after = disk.afterPowerLoss(Choices.seeded(seed), DiskSettings.PLAIN);
      assertThat(read(after.open("a"), 1, 4)).isEqualTo("ello");
    }
  }

  @Test
  void unsyncedWritesAreLostKeptTornAndReordered() throws Exception {
    DiskFile file = disk.create("a");
    sync(disk);
    write(file, 0, "AAAA");
    write(file, 4, "BBBB");
    TreeSet<String> found = new TreeSet<>();
    for (long seed = 0; seed < 500; seed++) {
      SimDisk after = disk.afterPowerLoss(Choices.seeded(seed), DiskSettings.PLAIN);
      DiskFile left = after.open("a");
      found.add(read(left, 0, (int) left.size()).replace('\0', '.'));
    }
    assertThat(found)
        .contains("", "AAAA", "AAAABBBB", "....BBBB", "........", "AA", "AAAABB", "AA..BBBB");
  }

  @Test
  void aTornWriteMayLoseSectorsInItsMiddle() throws Exception {
    DiskFile file = disk.create("a");
    sync(disk);
    write(file, 0, "x".repeat(512 * 4));
    TreeSet<String> found = new TreeSet<>();
    for (long seed = 0; seed < 500; seed++) {
      DiskFile left = disk.afterPowerLoss(Choices.seeded(seed), DiskSettings.PLAIN).open("a");
      StringBuilder sectors = new StringBuilder();
      for (int sector = 0; sector * 512L < left.size(); sector++) {
        sectors.append(left.read(sector * 512L, 1).get(0) == 0 ? '.' : 'x');
      }
      found.add(sectors.toString());
    }
    assertThat(found).contains("x.xx", "..xx", ".x", "xxxx", "....");
  }

  @Test
  void aFileIsNotThereBeforeItsFolderWasSynced() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    sync(file);
    assertThat(disk.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN).list()).isEmpty();
    SimDisk kept = disk.afterPowerLoss(Choices.keepAll(), DiskSettings.PLAIN);
    assertThat(read(kept.open("a"), 0, 5)).isEqualTo("hello");
  }

  @Test
  void renamesAndDeletionsSurviveInTheirOrderOfEachName() throws Exception {
    write(disk.create("a"), 0, "1");
    sync(disk.open("a"));
    sync(disk);
    disk.rename("a", "b");
    disk.create("a");
    disk.delete("b");
    TreeSet<List<String>> found = new TreeSet<>((x, y) -> x.toString().compareTo(y.toString()));
    for (long seed = 0; seed < 200; seed++) {
      found.add(disk.afterPowerLoss(Choices.seeded(seed), DiskSettings.PLAIN).list());
    }
    assertThat(found)
        .containsExactlyInAnyOrder(List.of("a"), List.of("b"), List.of("a", "b"), List.of());
  }

  @Test
  void foldersNeedASyncOfTheFolderAbove() throws Exception {
    Disk below = disk.folder("below");
    sync(disk);
    below.create("a");
    sync(below);
    disk.folder("other").create("b");
    SimDisk after = disk.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN);
    assertThat(after.folder("below").list()).containsExactly("a");
    assertThat(after.folder("other").list()).isEmpty();
  }

  @Test
  void aSyncCoversOnlyWhatWasCompleteWhenItWasSubmitted() throws Exception {
    HeldSubmission held = new HeldSubmission();
    SimDisk slow = SimDisk.empty(DiskSettings.PLAIN.submission(held));
    DiskFile file = slow.create("a");
    sync(slow);
    held.hold(call -> true);
    file.write(0, bytes("late"), failure -> {});
    file.sync(failure -> {});
    assertThat(held.waiting()).isEqualTo(2);
    held.release();
    assertThat(read(file, 0, 4)).isEqualTo("late");
    assertThat(slow.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN).open("a").size())
        .isZero();
  }

  @Test
  void afterAFailedSyncDataMayBeGoneThoughReadsShowItAndTheNextSyncSucceeds() throws Exception {
    TreeSet<Long> sizes = new TreeSet<>();
    for (long seed = 0; seed < 20; seed++) {
      SimDisk failing =
          SimDisk.empty(
              DiskSettings.PLAIN
                  .seed(seed)
                  .faults(FaultPlan.atNth(1, DiskCall.Kind.SYNC_FILE, Fault.ERROR)));
      DiskFile file = failing.create("a");
      sync(failing);
      write(file, 0, "hello");
      assertThatThrownBy(() -> sync(file)).hasMessageContaining("Input/output error");
      sync(file);
      assertThat(read(file, 0, 5)).isEqualTo("hello");
      sizes.add(failing.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN).open("a").size());
    }
    assertThat(sizes).containsExactly(0L, 5L);
  }

  @Test
  void aFullDiskTakesTheBeginningOfAWrite() throws Exception {
    SimDisk small = SimDisk.empty(DiskSettings.PLAIN.capacityBytes(10));
    DiskFile file = small.create("a");
    write(file, 0, "12345678");
    assertThatThrownBy(() -> write(file, 8, "9abc")).hasMessageContaining("No space left");
    assertThat(file.size()).isEqualTo(10);
    assertThat(small.usableBytes()).isZero();
    write(file, 0, "again"); // overwriting needs no room
    assertThatThrownBy(() -> small.create("b")).hasMessageContaining("No space left");
  }

  @Test
  void afterACrashEveryHandleFails() throws Exception {
    SimDisk crashing =
        SimDisk.empty(
            DiskSettings.PLAIN.faults(FaultPlan.atNth(2, DiskCall.Kind.WRITE, Fault.CRASH)));
    DiskFile file = crashing.create("a");
    sync(crashing);
    AutoCloseable lock = crashing.lock();
    write(file, 0, "one");
    sync(file);
    assertThatThrownBy(() -> write(file, 3, "two")).isInstanceOf(PowerLostException.class);
    assertThat(crashing.isOff()).isTrue();
    assertThatThrownBy(file::size).isInstanceOf(PowerLostException.class);
    assertThatThrownBy(crashing::list).isInstanceOf(PowerLostException.class);
    SimDisk after = crashing.afterPowerLoss(Choices.keepAll(), DiskSettings.PLAIN);
    assertThat(read(after.open("a"), 0, 6)).isEqualTo("onetwo");
    after.lock().close();
    lock.close();
  }

  @Test
  void aKilledProcessLosesNothingThatWasWritten() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    disk.lock();
    SimDisk next = disk.afterKill(DiskSettings.PLAIN);
    next.lock();
    assertThat(read(next.open("a"), 0, 5)).isEqualTo("hello");
    assertThatThrownBy(file::size).isInstanceOf(PowerLostException.class);
    assertThat(next.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN).list()).isEmpty();
  }

  @Test
  void theNextProcessCanSyncWhatAKilledOneWrote() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    SimDisk next = disk.afterKill(DiskSettings.PLAIN);
    sync(next.open("a"));
    sync(next);
    SimDisk last = next.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN);
    assertThat(read(last.open("a"), 0, 5)).isEqualTo("hello");
  }

  @Test
  void onlyOneHolderHasTheLock() throws Exception {
    AutoCloseable lock = disk.lock();
    assertThatThrownBy(disk::lock).isInstanceOf(FileSystemException.class);
    lock.close();
    disk.lock().close();
  }

  @Test
  void missingFilesAndWrongNamesAreRefused() {
    assertThatThrownBy(() -> disk.open("a")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.rename("a", "b")).isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> disk.create("a/b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBufferThatChangesBeforeItsWriteCompletesIsNoticed() throws Exception {
    HeldSubmission held = new HeldSubmission();
    DiskFile file = SimDisk.empty(DiskSettings.PLAIN.submission(held)).create("a");
    held.hold(call -> true);
    ByteBuffer buffer = bytes("hello");
    file.write(0, buffer, failure -> {});
    buffer.put(0, (byte) 'J');
    assertThatThrownBy(held::release)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("changed before");
  }

  @Test
  void flippedBitsDamageWhatWasDurable() throws Exception {
    DiskFile file = disk.create("a");
    write(file, 0, "hello");
    sync(file);
    sync(disk);
    disk.flip("a", 1, 0x20);
    SimDisk after = disk.afterPowerLoss(Choices.keepAll(), DiskSettings.PLAIN);
    assertThat(read(after.open("a"), 0, 5)).isEqualTo("hEllo");
  }

  @Test
  void callsAreNumberedAndNamed() throws Exception {
    List<String> calls = new ArrayList<>();
    SimDisk watched =
        SimDisk.empty(
            DiskSettings.PLAIN.faults(call -> {
              calls.add(call.toString());
              return Fault.NONE;
            }));
    write(watched.folder("f").create("a"), 3, "hello");
    assertThat(calls)
        .containsExactly(
            "call 1: FOLDER sim/f", "call 2: CREATE sim/f/a", "call 3: WRITE sim/f/a[3+5]");
    assertThat(watched.calls()).isEqualTo(3);
  }

  static void write(DiskFile file, long offset, String text) throws IOException {
    IOException[] outcome = new IOException[1];
    file.write(offset, bytes(text), failure -> outcome[0] = failure);
    if (outcome[0] != null) {
      throw outcome[0];
    }
  }

  static void sync(DiskFile file) throws IOException {
    IOException[] outcome = new IOException[1];
    file.sync(failure -> outcome[0] = failure);
    if (outcome[0] != null) {
      throw outcome[0];
    }
  }

  static void sync(Disk folder) throws IOException {
    IOException[] outcome = new IOException[1];
    folder.sync(failure -> outcome[0] = failure);
    if (outcome[0] != null) {
      throw outcome[0];
    }
  }

  static String read(DiskFile file, long offset, int length) throws IOException {
    return UTF_8.decode(file.read(offset, length)).toString();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }
}
