package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.UnsupportedStoreException;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogProgress;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.List;

/**
 * Verification and salvage come to an end on any bytes, also on frames that are wrong and have the
 * right checksum; what salvage keeps is what was appended, unless such a frame says otherwise.
 */
final class ToolsFuzzTest {
  private static final SampleLog SAMPLE = SampleLog.of(3, 40);

  @FuzzTest(maxDuration = "2m")
  void aChangedSegment(FuzzedDataProvider chosen) throws IOException {
    Simulation simulation = SAMPLE.copy();
    boolean honest = Edits.change(simulation.disk(), "000000000001.seg", chosen, true);
    try {
      LogFolder.verify(simulation.disk());
    } catch (UnsupportedStoreException newer) {
      return;
    }
    SimDisk target = SimDisk.empty();
    try {
      simulation.await(
          LogFolder.salvaging(simulation.disk(), target, simulation.seams(), LogProgress.NONE));
    } catch (IllegalArgumentException nothing) {
      return; // no header is whole
    }
    LogEventStore store = SampleLog.open(simulation, target);
    List<RecordedEvent> found = SampleLog.read(store, Query.all().acrossTenants());
    if (honest) {
      assertThat(SAMPLE.events()).containsAll(found);
    }
  }
}
