package dev.millrace.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Whether a command shows personal values in clear, and with which keys. */
final class KeysOption {
  @Option(
      names = "--keys",
      paramLabel = "SOURCE",
      description =
          "Show personal values in clear, with these keys of subjects, as in keys:shop-keys;"
              + " default: sealed, as they are stored.")
  @Nullable String source;

  /** Whether there are keys. */
  boolean given() {
    return source != null;
  }

  /** Opens the keys, if there are any. */
  PersonalValues open(Invocation invocation) {
    return source == null ? PersonalValues.SEALED : PersonalValues.with(invocation, source);
  }
}
