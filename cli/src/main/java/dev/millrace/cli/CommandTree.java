package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Puts the commands together, and gives each the options that all have. */
final class CommandTree {
  static final String CONFIG = "--config";
  static final String VERBOSE = "--verbose";

  private static final List<Setting> EVERYWHERE =
      List.of(Setting.LOG_LEVEL, Setting.LOG_FORMAT, Setting.COLOR);

  private static final int USAGE_WIDTH = 80;

  private CommandTree() {}

  static CommandLine build(Terminal terminal, Ink ink) {
    CommandLine line = new CommandLine(new MillraceCommand());
    line.addSubcommand(new DemoCommand());
    line.addSubcommand(
        new CommandLine(new RetailCommand())
            .addSubcommand(new RetailImportCommand())
            .addSubcommand(new RetailReportCommand()));
    line.addSubcommand(new TailCommand());
    line.addSubcommand(new ReadCommand());
    line.addSubcommand(new ReplayCommand());
    line.addSubcommand(new ForgetCommand());
    line.addSubcommand(new VersionsCommand());
    line.addSubcommand(
        new CommandLine(new LogCommand())
            .addSubcommand(new LogVerifyCommand())
            .addSubcommand(new LogStatsCommand())
            .addSubcommand(new LogSalvageCommand())
            .addSubcommand(new LogBackupCommand())
            .addSubcommand(new LogRestoreCommand())
            .addSubcommand(new LogReconcileCommand())
            .addSubcommand(new LogArchiveCommand())
            .addSubcommand(new LogUnarchiveCommand())
            .addSubcommand(new LogScavengeCommand())
            .addSubcommand(new LogExportCommand())
            .addSubcommand(new LogImportCommand())
            .addSubcommand(new LogNewKeyCommand())
            .addSubcommand(new LogEncryptCommand())
            .addSubcommand(new LogRotateKeyCommand()));
    line.addSubcommand(new MigrateCommand());
    line.addSubcommand(
        new CommandLine(new DeadLettersCommand())
            .addSubcommand(new DeadLettersListCommand())
            .addSubcommand(new DeadLettersGroupsCommand())
            .addSubcommand(new DeadLettersShowCommand())
            .addSubcommand(new DeadLettersRedriveCommand())
            .addSubcommand(new DeadLettersEditCommand())
            .addSubcommand(new DeadLettersDiscardCommand()));
    line.addSubcommand(
        new CommandLine(new DeadlinesCommand())
            .addSubcommand(new DeadlinesListCommand())
            .addSubcommand(new DeadlinesCancelCommand()));
    line.addSubcommand(
        new CommandLine(new StoreCommand()).addSubcommand(new StoreReconcileCommand()));
    line.addSubcommand(
        new CommandLine(new BenchCommand())
            .addSubcommand(new BenchLogCommand())
            .addSubcommand(new BenchHttpCommand())
            .addSubcommand(new BenchCommandCommand())
            .addSubcommand(new BenchProjectionCommand()));
    line.addSubcommand(new ConfigCommand());
    line.addSubcommand(new CompletionCommand());
    complete(line);
    line.addSubcommand(new CommandLine.HelpCommand()); // brings the options that it needs
    line.setOut(new PrintWriter(terminal.out()));
    line.setErr(new PrintWriter(terminal.err()));
    line.setExpandAtFiles(false); // an argument may begin with @
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setUsageHelpWidth(USAGE_WIDTH);
    line.setColorScheme(
        CommandLine.Help.defaultColorScheme(ink == Ink.COLOUR ? Ansi.ON : Ansi.OFF));
    return line;
  }

  private static void complete(CommandLine line) {
    CommandSpec spec = line.getCommandSpec();
    spec.mixinStandardHelpOptions(true).versionProvider(new Version());
    spec.usageMessage().sortOptions(false).abbreviateSynopsis(true);
    if (line.getCommand() instanceof Action action) {
      action.settings().forEach(setting -> spec.addOption(option(setting)));
      ArgGroupSpec.Builder global =
          ArgGroupSpec.builder()
              .validate(false)
              .exclusive(false)
              .heading("%nEverywhere:%n")
              .order(99);
      EVERYWHERE.forEach(setting -> global.addArg(option(setting)));
      global.addArg(
          OptionSpec.builder(CONFIG)
              .paramLabel("FILE")
              .type(String.class)
              .description("Settings; default: millrace.properties, if there is one.")
              .build());
      global.addArg(
          OptionSpec.builder(VERBOSE)
              .description("Show where in the program something went wrong.")
              .build());
      spec.addArgGroup(global.build());
    }
    line.getSubcommands().values().forEach(CommandTree::complete);
  }

  private static OptionSpec option(Setting setting) {
    String allowed =
        setting.allowed().startsWith("one of ") ? " (" + setting.allowed().substring(7) + ")" : "";
    return OptionSpec.builder(setting.flag())
        .paramLabel(setting.label())
        .type(String.class)
        .description(setting.description() + allowed + ". Default: " + setting.standard() + ".")
        .build();
  }
}
