package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurement, as a script calls it; its figures mean nothing here. */
final class BenchTest {
  @TempDir Path folder;

  @Test
  void saysWhereTheMeasurementOfTheStoreIs() {
    CliRun run = CliRun.in(folder).run("bench", "log", "--json", "--quick", "--events", "1000");

    assertThat(run.code).isEqualTo(1);
    assertThat(run.err()).contains("run ./millrace bench log in a source tree");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void refusesPartsThatThereAreNot() {
    CliRun run = CliRun.in(folder).run("bench", "log", "--only", "append,lunch");

    assertThat(run.code).isEqualTo(2);
    assertThat(run.err()).contains("lunch");
  }

  @Test
  @SuppressWarnings("unchecked") // it is JSON
  void measuresANodeFromOutside() {
    CliRun run =
        CliRun.in(folder)
            .run(
                "bench",
                "http",
                "--json",
                "--quick",
                "--step",
                "1",
                "--overload",
                "1",
                "--events",
                "2000");

    assertThat(run.code).as(run.err()).isZero();
    Map<String, Object> result = JsonText.lastLine(run);
    assertThat(result).containsKeys("machine", "commands", "tails", "overload", "start");
    Map<String, Map<String, Number>> commands =
        (Map<String, Map<String, Number>>) result.get("commands");
    assertThat(commands).containsOnlyKeys("16", "64", "256");
    commands.forEach((connections, load) -> {
      assertThat(load.get("commandsPerSecond").doubleValue()).as(connections).isPositive();
      assertThat(load.get("refusedPerSecond").doubleValue()).as(connections).isZero();
    });
    assertThat(folder).isEmptyDirectory();
  }
}
