package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The measurement, as a script calls it; its figures mean nothing here. */
final class BenchTest {
  @TempDir Path folder;

  @Test
  void saysWhereItWasMeasuredAndLeavesNothingBehind() {
    CliRun run = CliRun.in(folder).run("bench", "log", "--json", "--quick", "--events", "1000");

    assertThat(run.code).as(run.err()).isZero();
    assertThat(JsonText.lastLine(run))
        .containsEntry("command", "millrace bench log --json --quick --events 1000")
        .containsKeys(
            "machine",
            "rawSyncsPerSecond",
            "diskBytesPerSecond",
            "append",
            "batch100",
            "replayEventsPerSecond");
    assertThat(folder).isEmptyDirectory();
  }
}
