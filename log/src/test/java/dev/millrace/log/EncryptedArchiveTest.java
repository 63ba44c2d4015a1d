package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.internal.ArchivedDisk;
import dev.millrace.log.spi.Archive;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What is archived of an encrypted store is encrypted, and all tools know what to do with it. */
final class EncryptedArchiveTest {
  private static final String SECRET = "born-1970-in-Ulm";
  private static final ArchivePolicy ALL = ArchivePolicy.keeping("sim:archive", 0);

  private final SimDisk disk = SimDisk.empty();
  private final SimDisk far = SimDisk.empty();
  private final Archive archive = FolderArchive.in(far, "sim:archive");

  private Disk archived(Disk folder) {
    return ArchivedDisk.of(folder, location -> archive, 4);
  }

  private LogEventStore open(Disk folder, int key) {
    return LogEventStore.open(
        archived(folder), SystemSeams.shared(), Workloads.TINY, Keys.with(key));
  }

  private static Append append(int number) {
    NewEvent event =
        new NewEvent(
            "noted",
            1,
            List.of(new TagValue("number", "n-" + number)),
            Bytes.utf8(SECRET + "x".repeat(1_500)));
    return Append.of(new UUID(9, number), List.of(event));
  }

  private static void fill(LogEventStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(append(i)).join();
    }
  }

  private List<RecordedEvent> archiveAll() {
    try (LogEventStore store = open(disk, 1)) {
      fill(store, 0, 24);
      List<RecordedEvent> before = Evidence.everything(store);
      assertThat(store.archive(ALL, LogProgress.NONE).join().movedSegments()).isGreaterThan(3);
      assertThat(Evidence.everything(store)).isEqualTo(before);
      return before;
    }
  }

  private static String everyByte(Disk disk) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : disk.list()) {
      all.append(new String(EncryptionTest.bytes(disk, name), StandardCharsets.ISO_8859_1));
    }
    return all.toString();
  }

  @Test
  void itIsReadFromTheArchiveAndNothingStandsThereInClear() throws IOException {
    List<RecordedEvent> before = archiveAll();

    assertThat(far.list()).hasSizeGreaterThan(3);
    assertThat(everyByte(far)).doesNotContain(SECRET, "noted", "n-3");
    try (LogEventStore store = open(disk, 1)) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
      assertThat(
              store
                  .read(
                      Query.tags(new TagValue("number", "n-3")),
                      1,
                      dev.millrace.core.store.Direction.FORWARD,
                      10)
                  .events())
          .containsExactly(before.get(3));
      assertThat(((Appended) store.append(append(2)).join()).repeated()).isTrue();
      fill(store, 24, 26);
    }
    assertThat(LogFolder.verify(archived(disk), Keys.with(1)).damage()).isEmpty();
    assertThat(LogFolder.verify(archived(disk)).damage()).as("without the key").isEmpty();
  }

  @Test
  void aChangedByteInTheArchiveIsDamage() throws IOException {
    archiveAll();
    far.flip(far.list().get(0), 4_500, 8);
    try (LogEventStore store = open(disk, 1)) {
      assertThatThrownBy(() -> Evidence.everything(store))
          .isInstanceOf(StoreDamagedException.class);
    }
  }

  @Test
  void itComesBackAndIsAsItWas() {
    List<RecordedEvent> before = archiveAll();
    try (LogEventStore store = open(disk, 1)) {
      assertThat(store.unarchive(LogProgress.NONE).join().movedSegments()).isGreaterThan(3);
    }
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
  }

  @Test
  void aBackupHasAllOfItAndARestoredStoreNeedsNoArchive() throws IOException {
    List<RecordedEvent> before = archiveAll();
    SimDisk backup = SimDisk.empty();
    SimDisk restored = SimDisk.empty();
    LogFolder.backup(archived(disk), backup, SystemSeams.shared(), LogProgress.NONE);
    assertThat(everyByte(backup)).doesNotContain(SECRET, "noted");
    LogFolder.restore(backup, restored, SystemSeams.shared(), LogProgress.NONE);
    try (LogEventStore store = EncryptionTest.open(restored, Keys.with(1))) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
    SimDisk salvaged = SimDisk.empty();
    LogFolder.salvage(
        archived(disk), salvaged, SystemSeams.shared(), Keys.with(1), LogProgress.NONE);
    try (LogEventStore store = EncryptionTest.open(salvaged, Keys.with(1))) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
  }

  @Test
  void anotherMasterKeyOpensWhatWasArchivedBefore() {
    List<RecordedEvent> before = archiveAll();
    try (LogEventStore store = open(disk, 1)) {
      assertThat(store.rotateKey(Keys.master(2)).join()).isGreaterThan(3);
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
    try (LogEventStore store = open(disk, 2)) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
  }

  @Test
  void whatIsInAnArchiveIsNotWrittenAnew() {
    List<RecordedEvent> before = archiveAll();
    assertThatThrownBy(() ->
            LogFolder.scavenge(
                archived(disk),
                Set.of("noted"),
                null,
                "ann",
                SystemSeams.shared(),
                Keys.with(1),
                LogProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unarchive");
    assertThatThrownBy(() ->
            LogFolder.encryptAll(
                archived(disk), SystemSeams.shared(), Keys.with(1), "ann", LogProgress.NONE))
        .hasMessageContaining("unarchive");
    try (LogEventStore store = open(disk, 1)) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
  }
}
