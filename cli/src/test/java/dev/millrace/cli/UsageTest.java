package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a wrong command line gets, and what help says. */
final class UsageTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          tial                        | unknown command 'tial'; did you mean 'tail'?
          dmeo                        | did you mean 'demo'?
          retail imprt x.csv          | unknown command 'imprt'; did you mean 'import'?
          log check                   | unknown command 'check'; there are verify, stats, salvage, backup, restore, reconcile, archive, unarchive, scavenge, export, import
          tail --folow                | unknown option '--folow'; did you mean '--follow'?
          tail --dta=x                | unknown option '--dta'; did you mean '--data'?
          --bogus                     | unknown option '--bogus'
          demo --sed 3                | did you mean '--seed'?
          read extra                  | unexpected argument 'extra'
          log                         | needs a command: verify, stats, salvage
          log backup                  | missing required option: '--to=DIR'
          log scavenge --type a       | this removes events for good; say --yes
          log scavenge --type a --yes --before soon | a time is written
          forget c-1 --keys keys:k    | a tag is written name:value, not 'c-1'
          forget customer:c-1 --keys keys:k | say --yes
          forget customer:c-1 --yes   | missing required option: '--keys=SOURCE'
          log export --json           | --json: needs a FILE
          log import                  | missing required parameter: 'FILE'
          retail                      | needs a command: import, report
          retail import               | missing required parameter: 'FILE'
          tail -n ten                 | 'ten' is not an int
          tail -n -1                  | -n: must be 0 to 100000, not -1
          read --limit 0              | --limit: must be at least 1, not 0
          read --from -1              | --from: must not be negative: -1
          read --tag order            | --tag: a tag is written name:value, not 'order'
          read --tenant=a --all-tenants | --tenant and --all-tenants exclude each other
          dead-letters                | needs a command: list, groups, show, redrive, edit, discard
          dead-letters discard p 1    | missing required option: '--reason=TEXT'
          dead-letters redrive p      | name one dead letter by its ID, or --cause
          dead-letters list p --url x | --url: 'x' is no address
          completion bsh              | did you mean 'bash'?
          demo --rate fast            | --rate: 'fast' is not a value for demo.rate; allowed is a whole number from 0
          demo --duration 5           | allowed is a number with a unit, as in 500ms, 30s
          tail --data                 | missing required parameter for option '--data'
          """)
  void aWrongCommandLineIsRefusedWithAHint(String arguments, String message) {
    CliRun run = CliRun.in(folder).run(arguments.split(" "));

    assertThat(run.err()).contains(message);
    assertThat(run.err()).contains("Try 'millrace").contains("--help'.");
    assertThat(run.code).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "demo",
        "retail",
        "retail import",
        "retail report",
        "tail",
        "read",
        "replay",
        "forget",
        "versions",
        "dead-letters",
        "dead-letters list",
        "dead-letters groups",
        "dead-letters show",
        "dead-letters redrive",
        "dead-letters edit",
        "dead-letters discard",
        "log",
        "log verify",
        "log stats",
        "log salvage",
        "log backup",
        "log restore",
        "log reconcile",
        "log archive",
        "log unarchive",
        "log scavenge",
        "log export",
        "log import",
        "bench",
        "bench log",
        "bench command",
        "bench projection",
        "config",
        "completion"
      })
  void everyCommandHasHelp(String command) {
    CliRun run = CliRun.in(folder).run((command + " --help").strip().split(" "));

    assertThat(run.code).isZero();
    assertThat(run.out()).startsWith(("Usage: millrace " + command).strip());
    boolean holdsOthers = List.of("retail", "log", "bench", "dead-letters").contains(command);
    assertThat(run.out()).contains(holdsOthers ? "Commands:" : "Examples:");
    assertThat(run.outLines()).allMatch(line -> line.length() <= 80);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void helpIsACommandToo() {
    assertThat(CliRun.in(folder).run("help", "tail").out())
        .isEqualTo(CliRun.in(folder).run("tail", "--help").out());
    assertThat(CliRun.in(folder).run("help").out()).startsWith("Usage: millrace ");
    CliRun unknown = CliRun.in(folder).run("help", "tial");
    assertThat(unknown.code).isEqualTo(2);
    assertThat(unknown.err()).contains("'tial'");
  }

  @Test
  void helpNamesTheExitCodes() {
    CliRun run = CliRun.in(folder).run();

    assertThat(run.code).isZero();
    assertThat(run.out()).contains("Exit codes:", "wrong usage", "is damaged");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V", "tail --version", "log verify --version"})
  void everyCommandTellsTheVersion(String arguments) {
    CliRun run = CliRun.in(folder).run(arguments.split(" "));

    assertThat(run.code).isZero();
    assertThat(run.out()).startsWith("millrace ").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh"})
  void completionIsAScriptThatKnowsTheCommands(String shell) {
    CliRun run = CliRun.in(folder).run("completion", shell);

    assertThat(run.code).isZero();
    assertThat(run.out()).startsWith("#!").contains("demo", "retail", "--follow");
  }
}
