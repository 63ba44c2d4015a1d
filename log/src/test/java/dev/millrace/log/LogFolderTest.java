package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;

final class LogFolderTest {
  private static LogEventStore open(SimDisk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  private static SimDisk store(int appends) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      for (int i = 0; i < appends; i++) {
        store.append(Workloads.append(i, 1_000, 10)).join();
      }
    }
    return disk;
  }

  @Test
  void aWholeStoreIsCountedAndInOrder() throws IOException {
    SimDisk disk = store(12);
    assertThat(disk.list()).contains("000000000003.seg", "000000000001.idx");
    LogVerification verification = LogFolder.verify(disk);
    assertThat(verification.damage()).isEmpty();
    assertThat(verification.ok()).isTrue();
    assertThat(verification.events()).isEqualTo(24);
    assertThat(verification.appends()).isEqualTo(12);
    LogStatistics statistics = LogFolder.statistics(disk);
    assertThat(statistics.eventsByType()).containsEntry("type-0", 12L).containsEntry("type-1", 12L);
    assertThat(statistics.tags()).isEqualTo(12);
    assertThat(statistics.segments()).isEqualTo(verification.segments());
  }

  @Test
  void allDamageIsListedAlsoOfAStoreThatCannotBeOpened() {
    SimDisk disk = store(12);
    disk.flip("000000000001.seg", 4096 + 200, 1);
    disk.flip("000000000002.seg", 4096 + 200, 1);
    disk.flip("000000000002.idx", 80, 1);
    LogVerification verification = LogFolder.verify(disk);
    assertThat(verification.ok()).isFalse();
    assertThat(verification.damage())
        .extracting(Damage::file)
        .containsExactly("000000000001.seg", "000000000002.seg", "000000000002.idx");
    assertThat(verification.damage().get(0).offset()).isEqualTo(4096);
    assertThat(verification.appends()).isEqualTo(10);
  }

  @Test
  void anIndexThatIsNotThatOfItsSegmentIsDamage() {
    SimDisk disk = store(12);
    disk.flip("000000000002.idx", 80, 1);
    assertThat(LogFolder.verify(disk).damage())
        .singleElement()
        .satisfies(damage -> assertThat(damage.file()).isEqualTo("000000000002.idx"));
  }

  @Test
  void aHeaderThatIsNotWholeIsDamageAndTheRestIsRead() {
    SimDisk disk = store(12);
    disk.flip("000000000001.seg", 100, 1);
    LogVerification verification = LogFolder.verify(disk);
    assertThat(verification.damage()).extracting(Damage::file).contains("000000000001.seg");
    assertThat(verification.events()).isPositive();
  }

  @Test
  void aTornEndIsNoDamage() {
    SimDisk disk = store(1).afterKill(DiskSettings.PLAIN);
    disk.flip("000000000001.seg", 7000, 1);
    LogVerification verification = LogFolder.verify(disk);
    assertThat(verification.ok()).isTrue();
    assertThat(verification.tornBytes()).isPositive();
  }

  @Test
  void anOpenStoreAndAnEmptyFolderAreRefused() {
    SimDisk disk = SimDisk.empty();
    assertThatThrownBy(() -> LogFolder.verify(disk)).isInstanceOf(IllegalArgumentException.class);
    try (LogEventStore store = open(disk)) {
      assertThat(store.head()).isZero();
      assertThatThrownBy(() -> LogFolder.verify(disk)).isInstanceOf(StoreLockedException.class);
    }
  }
}
