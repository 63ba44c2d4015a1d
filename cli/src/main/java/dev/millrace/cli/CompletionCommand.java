package dev.millrace.cli;

import dev.millrace.cli.config.Nearest;
import dev.millrace.cli.config.Setting;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that teaches a shell the commands and options. */
@Command(
    name = "completion",
    description = "Print the completion script for a shell.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  source <(millrace completion bash)",
      "  millrace completion bash > ~/.local/share/bash-completion/completions/millrace",
      "  millrace completion zsh > ~/.millrace.zsh; echo 'source ~/.millrace.zsh' >> ~/.zshrc"
    })
final class CompletionCommand implements Action {
  private static final List<String> SHELLS = List.of("bash", "zsh");

  @Parameters(paramLabel = "SHELL", description = "bash or zsh")
  String shell = "";

  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) {
    if (!SHELLS.contains(shell)) {
      String nearest = Nearest.to(shell, SHELLS);
      throw new UsageException(
          "no completion for '"
              + shell
              + "'; "
              + (nearest == null ? "there are bash and zsh" : "did you mean '" + nearest + "'?"));
    }
    // picocli's script serves both shells: in zsh it loads bashcompinit.
    invocation.out().write(AutoComplete.bash("millrace", spec.root().commandLine()));
    return ExitCode.OK;
  }
}
