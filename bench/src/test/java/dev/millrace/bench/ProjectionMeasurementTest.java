package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.bench.Benchmark;
import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.cli.bench.ProjectionBenchmark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything runs, and is cleaned up; the figures of so short a run mean nothing. */
final class ProjectionMeasurementTest {
  @TempDir Path folder;

  @Test
  void projectionsIntoAllReadModelsAndSlowHandlersAreMeasured() throws Exception {
    Benchmark.Result result =
        ProjectionBenchmark.find().orElseThrow().run(folder, Size.TINY, (work, count, share) -> {});
    for (String model : new String[] {"memory", "h2", "postgresql", "lucene"}) {
      Map<?, ?> figures = (Map<?, ?>) result.json().get(model);
      assertThat(figures.keySet().stream().map(String::valueOf))
          .containsExactlyInAnyOrder("rows", "folded");
      assertThat(figures.values())
          .allSatisfy(figure ->
              assertThat((Double) ((Map<?, ?>) figure).get("eventsPerSecond")).isPositive());
    }
    assertThat((Map<?, ?>) result.json().get("keyed")).hasSize(2);
    assertThat(((Map<?, ?>) result.json().get("settings")).get("keys")).isEqualTo(1_000);
    assertThat(result.tables()).hasSize(1);
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
