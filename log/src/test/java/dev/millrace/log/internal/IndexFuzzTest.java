package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.log.LogEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** Whatever happens to an index file, the answers are the same: it is made again. */
final class IndexFuzzTest {
  private static final SampleLog SAMPLE = SampleLog.of(6, 2_500);

  @FuzzTest(maxDuration = "2m")
  void aChangedIndex(FuzzedDataProvider chosen) throws IOException {
    Simulation simulation = SAMPLE.copy();
    List<String> indexes =
        simulation.disk().list().stream().filter(name -> name.endsWith(".idx")).toList();
    assertThat(indexes).isNotEmpty();
    Edits.change(simulation.disk(), chosen.pickValue(indexes), chosen, false);
    LogEventStore store = SampleLog.open(simulation);
    Query all = Query.all().acrossTenants();
    assertThat(SampleLog.read(store, all)).isEqualTo(SAMPLE.events());
    for (int number = 0; number < 6; number++) {
      Query one = Query.tags(new TagValue("number", "" + number)).acrossTenants();
      assertThat(SampleLog.read(store, one)).hasSize(2).isSubsetOf(SAMPLE.events());
      assertThat(store.find(new UUID(3, number + 1))).isPresent();
    }
    assertThat(SampleLog.read(store, Query.types("kept").acrossTenants())).hasSize(6);
    assertThat(store.find(new UUID(3, 99))).isEmpty();
  }
}
