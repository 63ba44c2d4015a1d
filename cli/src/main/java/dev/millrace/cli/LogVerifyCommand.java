package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import java.util.List;
import picocli.CommandLine.Command;

/** Not there yet. */
@Command(name = "verify", description = "Not there yet.")
final class LogVerifyCommand implements Action {
  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA);
  }

  @Override
  public int run(Invocation invocation) {
    throw new FailureException("not there yet");
  }
}
