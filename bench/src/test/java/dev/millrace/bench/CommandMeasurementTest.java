package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.bench.Benchmark;
import dev.millrace.cli.bench.CommandBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Size;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything runs, and is cleaned up; the figures of so short a run mean nothing. */
final class CommandMeasurementTest {
  @TempDir Path folder;

  @Test
  void commandsInsertsPeersAndReplaysAreMeasuredOnOneServer() throws Exception {
    Benchmark.Result result =
        CommandBenchmark.find().orElseThrow().run(folder, Size.TINY, (work, count, share) -> {});
    for (String subject : new String[] {"commands", "inserts"}) {
      Map<?, ?> rates = (Map<?, ?>) result.json().get(subject);
      assertThat(rates).hasSize(3);
      assertThat(rates.values())
          .allSatisfy(
              rate -> assertThat((Double) ((Map<?, ?>) rate).get("perSecond")).isPositive());
    }
    assertThat((Double) ((Map<?, ?>) result.json().get("replay")).get("eventsPerSecond"))
        .isPositive();
    assertThat(((Map<?, ?>) result.json().get("settings")).get("fsync")).isEqualTo("on");
    assertThat((Map<?, ?>) result.json().get("peers"))
        .hasSize(2)
        .allSatisfy((name, peer) -> {
          assertThat((String) name).containsPattern("^(Axon Framework 5|Apache Pekko 1)\\.");
          Map<?, ?> commands = (Map<?, ?>) ((Map<?, ?>) peer).get("commands");
          assertThat(commands).hasSize(3);
          assertThat(commands.values())
              .allSatisfy(
                  rate -> assertThat((Double) ((Map<?, ?>) rate).get("perSecond")).isPositive());
          Map<?, ?> replay = (Map<?, ?>) ((Map<?, ?>) peer).get("replay");
          assertThat((Double) replay.get("decodedPerSecond")).isPositive();
        });
    assertThat(result.tables()).hasSize(3);
    try (var left = Files.list(folder)) {
      assertThat(left).isEmpty();
    }
  }
}
