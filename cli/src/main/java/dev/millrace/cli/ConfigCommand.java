package dev.millrace.cli;

import dev.millrace.cli.config.Configuration.Effective;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows the settings. */
@Command(
    name = "config",
    description = {
      "Show every setting, its value, and where that comes from.",
      "",
      "Flags win over environment variables (MILLRACE_…), those over the file (--config FILE,"
          + " MILLRACE_CONFIG, or millrace.properties in the working folder), that over the"
          + " defaults. An unknown name or a wrong value anywhere is refused, also one that is"
          + " overridden; MILLRACE_JAVA_OPTS holds options for the JVM."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace config",
      "  MILLRACE_DATA=/srv/shop millrace config --json",
      "  echo 'log.level = debug' > millrace.properties"
    })
final class ConfigCommand implements Action {
  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(
        Setting.DATA, Setting.KEY, Setting.DEMO_SEED, Setting.DEMO_RATE, Setting.DEMO_DURATION);
  }

  @Override
  public int run(Invocation invocation) {
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      for (Setting setting : Setting.values()) {
        Effective effective = invocation.configuration().effective(setting);
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("value", effective.value().toString());
        one.put("from", effective.origin());
        one.put("variable", setting.variable());
        one.put("allowed", setting.allowed());
        all.put(setting.key(), one);
      }
      invocation.out().line(Json.line(all));
      return ExitCode.OK;
    }
    Table table = new Table("setting", "value", "from", "variable");
    for (Setting setting : Setting.values()) {
      Effective effective = invocation.configuration().effective(setting);
      table.row(setting.key(), effective.text(), effective.origin(), setting.variable());
    }
    invocation.print(table.lines(invocation.outInk()));
    return ExitCode.OK;
  }
}
