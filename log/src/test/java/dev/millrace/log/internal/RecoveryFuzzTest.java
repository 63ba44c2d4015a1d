package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.UnsupportedStoreException;
import dev.millrace.log.LogEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.List;

/**
 * Whatever happens to the bytes of a segment, opening refuses, or gives whole appends from the
 * beginning.
 */
final class RecoveryFuzzTest {
  private static final SampleLog SAMPLE = SampleLog.of(3, 40);

  @FuzzTest(maxDuration = "2m")
  void aChangedSegment(FuzzedDataProvider chosen) throws IOException {
    Simulation simulation = SAMPLE.copy();
    Edits.change(simulation.disk(), "000000000001.seg", chosen, false);
    try {
      LogEventStore store = SampleLog.open(simulation);
      List<RecordedEvent> found = SampleLog.read(store, Query.all().acrossTenants());
      assertThat(found.size() % 2).as("all events of an append or none").isZero();
      assertThat(found).isEqualTo(SAMPLE.events().subList(0, found.size()));
    } catch (StoreDamagedException | UnsupportedStoreException refused) {
      assertThat(refused).hasMessageContaining("000000000001.seg");
    }
  }
}
