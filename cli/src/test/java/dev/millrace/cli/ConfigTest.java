package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.config.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where settings come from, and which are refused. */
final class ConfigTest {
  @TempDir Path folder;

  @Test
  void aFlagWinsOverTheEnvironmentThatOverTheFileThatOverTheDefault() throws IOException {
    Files.writeString(
        folder.resolve("millrace.properties"),
        """
        # three of four
        demo.seed = 10
        demo.rate = 11
        demo.duration = 12s
        """);

    CliRun run =
        CliRun.in(folder)
            .with("MILLRACE_DEMO_RATE", "21")
            .with("MILLRACE_DEMO_DURATION", "22s")
            .run("config", "--duration", "32s", "--json");

    Map<String, Object> settings = JsonText.lastLine(run);
    assertThat(valueAndOrigin(settings, "demo.seed")).isEqualTo("10 from millrace.properties:2");
    assertThat(valueAndOrigin(settings, "demo.rate")).isEqualTo("21 from MILLRACE_DEMO_RATE");
    assertThat(valueAndOrigin(settings, "demo.duration")).isEqualTo("PT32S from --duration");
    assertThat(valueAndOrigin(settings, "data")).isEqualTo("millrace-data from default");
    assertThat(run.code).isZero();
  }

  private static String valueAndOrigin(Map<String, Object> settings, String key) {
    Map<?, ?> setting = (Map<?, ?>) settings.get(key);
    return setting.get("value") + " from " + setting.get("from");
  }

  @Test
  void theTableNamesEachSettingItsValueAndItsOrigin() {
    CliRun run = CliRun.in(folder).with("MILLRACE_DATA", "/srv/shop").run("config");

    assertThat(run.outLines())
        .anySatisfy(line -> assertThat(line).matches("data +/srv/shop +MILLRACE_DATA +.*"))
        .anySatisfy(line -> assertThat(line).matches("log.level +auto +default +MILLRACE_LOG_L.*"));
  }

  @Test
  void aPathInAFileIsTakenFromTheFolderOfTheFile() throws IOException {
    Path etc = Files.createDirectory(folder.resolve("etc"));
    Files.writeString(etc.resolve("shop.properties"), "data = store\n");

    CliRun run = CliRun.in(folder).run("config", "--config", "etc/shop.properties", "--json");

    assertThat(valueAndOrigin(JsonText.lastLine(run), "data"))
        .isEqualTo("etc/store from etc/shop.properties:1");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          log.levle = info     | millrace.properties:1: unknown key 'log.levle'; did you mean log.level?
          nonsense = 1         | unknown key 'nonsense'; there are data, store, key, log.level
          log.level = loud     | millrace.properties:1: 'loud' is not a value for log.level; allowed is one of auto, error
          demo.rate = -1       | '-1' is not a value for demo.rate; allowed is a whole number from 0 to 1000000
          demo.duration = soon | allowed is a number with a unit
          data =               | '' is not a value for data; allowed is the path of a folder
          data                 | a line is written key = value, not 'data'
          """)
  void aWrongLineOfTheFileIsRefusedByItsNumber(String line, String message) throws IOException {
    Files.writeString(folder.resolve("millrace.properties"), line + "\n");

    CliRun run = CliRun.in(folder).run("config");

    assertThat(run.err()).contains(message);
    assertThat(run.code).isEqualTo(2);
  }

  @Test
  void aWrongValueIsRefusedAlsoWhenAFlagOverridesIt() {
    CliRun run =
        CliRun.in(folder).with("MILLRACE_COLOR", "sometimes").run("config", "--color", "never");

    assertThat(run.err())
        .contains("MILLRACE_COLOR: 'sometimes' is not a value for color")
        .contains("allowed is one of auto, always, never");
    assertThat(run.code).isEqualTo(2);
  }

  @Test
  void anUnknownVariableIsRefused() {
    CliRun run = CliRun.in(folder).with("MILLRACE_DATE", "x").run("tail");

    assertThat(run.err())
        .contains("unknown environment variable MILLRACE_DATE; did you mean MILLRACE_DATA?");
    assertThat(run.code).isEqualTo(2);
  }

  @Test
  void aFileThatWasAskedForMustBeThere() {
    CliRun flag = CliRun.in(folder).run("config", "--config", "gone.properties");
    CliRun variable = CliRun.in(folder).with("MILLRACE_CONFIG", "gone").run("config");

    assertThat(flag.err()).contains("--config: there is no file gone.properties");
    assertThat(variable.err()).contains("MILLRACE_CONFIG: there is no file gone");
    assertThat(flag.code).isEqualTo(2);
    assertThat(variable.code).isEqualTo(2);
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() throws IOException {
    Files.writeString(folder.resolve("millrace.properties"), "color = never\ncolor = always\n");

    CliRun run = CliRun.in(folder).run("config");

    assertThat(run.err()).contains("millrace.properties:2: 'color' is set for the second time");
  }

  @Test
  void theGuideNamesEverySetting() throws IOException {
    String guide = Files.readString(Path.of("..", "docs", "guide", "command-line.md"));

    for (Setting setting : Setting.values()) {
      assertThat(guide)
          .contains(
              "| `%s` | `%s` | `%s` |"
                  .formatted(setting.key(), setting.variable(), setting.flag()));
    }
  }

  @Test
  void coloursAreForTerminalsOnlyAndCanBeSwitchedOff() {
    String escape = "\u001b[";

    assertThat(CliRun.in(folder).run("config").out()).doesNotContain(escape);
    assertThat(CliRun.in(folder).run("config", "--color", "always").out()).contains(escape);
    assertThat(CliRun.in(folder).onTerminal().run("config").out()).contains(escape);
    assertThat(CliRun.in(folder).onTerminal().with("NO_COLOR", "1").run("config").out())
        .doesNotContain(escape);
    assertThat(CliRun.in(folder).onTerminal().run("config", "--color", "never").out())
        .doesNotContain(escape);
  }
}
