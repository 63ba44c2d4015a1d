package dev.millrace.cli;

import dev.millrace.cli.config.Nearest;
import java.util.Collection;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, and what was probably meant. */
final class UsageErrors {
  private UsageErrors() {}

  static String describe(ParameterException failure) {
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.getUnmatched().isEmpty()) {
      return unmatched(failure.getCommandLine(), unmatched.getUnmatched().get(0));
    }
    String message = String.valueOf(failure.getMessage());
    return Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }

  private static String unmatched(CommandLine command, String argument) {
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      Collection<String> known =
          command.getCommandSpec().options().stream()
              .flatMap(each -> List.of(each.names()).stream())
              .filter(name -> name.startsWith("--"))
              .toList();
      return "unknown option '" + option + "'" + didYouMean(option, known);
    }
    Collection<String> commands = command.getSubcommands().keySet();
    if (commands.isEmpty()) {
      return "unexpected argument '" + argument + "'";
    }
    String hint = didYouMean(argument, commands);
    return "unknown command '"
        + argument
        + "'"
        + (hint.isEmpty() ? "; there are " + String.join(", ", commands) : hint);
  }

  private static String didYouMean(String word, Collection<String> known) {
    String nearest = Nearest.to(word, known);
    return nearest == null ? "" : "; did you mean '" + nearest + "'?";
  }
}
