package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demonstration, in this process. */
final class DemoTest {
  @TempDir Path folder;

  private CliRun demo(CliRun run, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "demo";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return run.with("MILLRACE_DATA", folder.resolve("data").toString()).run(all);
  }

  @Test
  void sendsSeededTrafficForAWhileAndSumsItUp() {
    CliRun run = demo(CliRun.in(folder), "--json", "--rate", "200", "--duration", "2s");

    assertThat(run.code).as(run.err()).isZero();
    List<Map<String, Object>> lines = run.outLines().stream().map(JsonText::object).toList();
    assertThat(lines.getFirst()).containsEntry("kind", "ready");
    Map<String, Object> summary = lines.getLast();
    assertThat(summary).containsEntry("kind", "summary");
    assertThat((Integer) summary.get("commands")).isPositive();
    assertThat((Map<?, ?>) summary.get("netByCountry")).isNotEmpty();
    assertThat((List<?>) summary.get("processors"))
        .hasSizeGreaterThan(5)
        .allSatisfy(processor ->
            assertThat(processor)
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
                .containsEntry("lag", 0)
                .containsEntry("state", "live"));
  }

  @Test
  void isDrawnInPlaceOnATerminal() {
    CliRun run = demo(CliRun.in(folder).onTerminal(), "--duration", "1s");

    assertThat(run.code).as(run.err()).isZero();
    assertThat(run.out())
        .contains("ready in ", "╭─", "net revenue by country", "revenue-by-country", "\u001b[21A")
        .contains("\u001b[?25l", "\u001b[?25h") // hides the cursor, and shows it again
        .contains("stopped after ");
  }

  @Test
  void theNextDemoGoesOnInTheSameFolder() {
    demo(CliRun.in(folder), "--json", "--duration", "1s");
    CliRun second = demo(CliRun.in(folder), "--json", "--duration", "1s");

    Map<String, Object> ready = JsonText.object(second.outLines().getFirst());
    assertThat((Integer) ready.get("events")).isPositive();
    assertThat((Integer) JsonText.lastLine(second).get("newEvents")).isPositive();
  }

  @Test
  void aFileThatIsNotThereLeavesNoFolderBehind() {
    CliRun run = demo(CliRun.in(folder), "gone.csv");

    assertThat(run.errWithoutLogs()).hasLineCount(1).contains("there is no file gone.csv");
    assertThat(run.code).isEqualTo(1);
    assertThat(Files.exists(folder.resolve("data"))).isFalse();
  }
}
