package dev.millrace.cli;

import dev.millrace.cli.config.Configuration;
import dev.millrace.cli.config.ConfigurationException;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.logging.Logging;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Output;
import dev.millrace.cli.terminal.OutputException;
import dev.millrace.cli.terminal.Terminal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Runs one command line: finds the command, reads the configuration, and turns whatever goes wrong
 * into a line on standard error and an {@link ExitCode}. Knows nothing of the process, so that
 * tests run it in theirs.
 */
final class Cli {
  private final Terminal terminal;
  private final Map<String, String> environment;
  private final Path folder;
  private final StopSignal stop;
  private final Instant started;

  Cli(
      Terminal terminal,
      Map<String, String> environment,
      Path folder,
      StopSignal stop,
      Instant started) {
    this.terminal = terminal;
    this.environment = environment;
    this.folder = folder;
    this.stop = stop;
    this.started = started;
  }

  /** Runs a command and returns its exit code; throws nothing. */
  int run(String... args) {
    try {
      int code = parse(args);
      terminal.out().flush();
      terminal.err().flush();
      return code;
    } catch (OutputException e) {
      return outputFailed(e);
    }
  }

  /** A reader that has enough is no failure; a full disk behind standard output is. */
  private int outputFailed(OutputException failure) {
    if (failure.closed()) {
      return ExitCode.OK;
    }
    try {
      terminal.err().line("millrace: " + failure.getMessage());
      terminal.err().flush();
    } catch (OutputException e) {
      return ExitCode.FAILURE; // nowhere left to say it
    }
    return ExitCode.FAILURE;
  }

  private int parse(String... args) {
    CommandLine line = CommandTree.build(terminal, defaultInk(terminal.out()));
    ParseResult parsed;
    try {
      parsed = line.parseArgs(args);
      if (CommandLine.executeHelpRequest(parsed) != null) {
        return ExitCode.OK;
      }
    } catch (ParameterException e) {
      return wrongUsage(e.getCommandLine(), UsageErrors.describe(e));
    }
    ParseResult leaf = parsed;
    while (leaf.hasSubcommand()) {
      leaf = leaf.subcommand();
    }
    CommandLine command = leaf.commandSpec().commandLine();
    if (command.getCommand() instanceof Action action) {
      return read(action, command, leaf, "millrace " + String.join(" ", args));
    }
    if (!parsed.hasSubcommand()) {
      line.usage(line.getOut());
      return ExitCode.OK;
    }
    return wrongUsage(
        command, "needs a command: " + String.join(", ", command.getSubcommands().keySet()));
  }

  private int read(Action action, CommandLine command, ParseResult parsed, String commandLine) {
    Failures failures = new Failures(terminal.err(), parsed.hasMatchedOption(CommandTree.VERBOSE));
    Map<Setting, String> flags = new EnumMap<>(Setting.class);
    for (Setting setting : Setting.values()) {
      if (parsed.hasMatchedOption(setting.flag())) {
        flags.put(setting, parsed.matchedOptionValue(setting.flag(), ""));
      }
    }
    String file = parsed.matchedOptionValue(CommandTree.CONFIG, null);
    try {
      Configuration configuration =
          Configuration.read(new Configuration.Sources(flags, environment, folder, file));
      return act(action, configuration, failures, commandLine);
    } catch (ConfigurationException | UsageException e) {
      return wrongUsage(command, String.valueOf(e.getMessage()));
    }
  }

  private int act(
      Action action, Configuration configuration, Failures failures, String commandLine) {
    try (Logging logging = Logging.start(configuration, terminal.err())) {
      Invocation invocation =
          new Invocation(
              terminal,
              ink(configuration, terminal.out()),
              ink(configuration, terminal.err()),
              configuration,
              folder,
              stop,
              logging,
              started,
              commandLine);
      try {
        return action.run(invocation);
      } finally {
        terminal.err().status(null);
      }
    } catch (OutputException | ConfigurationException | UsageException e) {
      throw e;
    } catch (Throwable e) { // whatever it is, it must be said
      return failures.report(e);
    }
  }

  private int wrongUsage(CommandLine command, String what) {
    String name = command.getCommandSpec().qualifiedName();
    terminal.err().line(name + ": " + what);
    terminal.err().line("Try '" + name + " --help'.");
    return ExitCode.USAGE;
  }

  private Ink ink(Configuration configuration, Output output) {
    return switch (configuration.word(Setting.COLOR)) {
      case "always" -> Ink.COLOUR;
      case "never" -> Ink.PLAIN;
      default -> defaultInk(output);
    };
  }

  private Ink defaultInk(Output output) {
    boolean unwanted =
        !environment.getOrDefault("NO_COLOR", "").isEmpty()
            || environment.getOrDefault("TERM", "").equals("dumb");
    return output.isTerminal() && !unwanted ? Ink.COLOUR : Ink.PLAIN;
  }
}
