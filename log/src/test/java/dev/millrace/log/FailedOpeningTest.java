package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.MillraceException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** An opening that fails, wherever it does, leaves no file open. */
final class FailedOpeningTest {
  private static final Encryption KEY = Keys.with(1);

  private static SimDisk filled(Encryption encryption) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = EncryptionTest.open(disk, encryption)) {
      EncryptionTest.append(store, 0, 60);
    }
    return disk.afterKill(DiskSettings.PLAIN);
  }

  @Test
  void whateverCallFailsAllFilesAreClosed() throws IOException {
    assertThat(failures(filled(Encryption.NONE), Encryption.NONE)).isGreaterThan(5);
    assertThat(failures(filled(KEY), KEY)).isGreaterThan(5);
    assertThat(failures(filled(Encryption.NONE), KEY.turningOn())).isGreaterThan(10);
  }

  /** Fails one call after the other, until none is left; returns how many failed the opening. */
  private static int failures(SimDisk filled, Encryption encryption) throws IOException {
    assertThat(filled.list()).anyMatch(name -> name.endsWith(".idx"));
    int failures = 0;
    for (int call = 1; ; call++) {
      FailingDisk disk = FailingDisk.at(filled.afterKill(DiskSettings.PLAIN), call);
      try {
        LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY, encryption).close();
      } catch (MillraceException failed) {
        failures++;
        assertThat(disk.open()).as("open after call %d failed", call).isEmpty();
      }
      if (disk.calls() < call) {
        return failures;
      }
    }
  }

  @Test
  void aWrongKeyLeavesNoFileOpen() {
    FailingDisk disk = FailingDisk.at(filled(KEY), Integer.MAX_VALUE);
    assertThatThrownBy(
            () -> LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY, Keys.with(2)))
        .isInstanceOf(MillraceException.class);
    assertThat(disk.open()).isEmpty();
  }
}
