package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.log.wiring.FileKeyProvider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a master key. */
@Command(
    name = "new-key",
    description = {
      "Draw a master key for encrypted stores, and write it to a new file.",
      "Only its owner may read the file. A file that is there is never overwritten. Keep a copy of"
          + " it apart from the store: without its key a store cannot be read by anybody."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log new-key shop.key", "  millrace log encrypt --key file:shop.key"})
final class LogNewKeyCommand implements Action {
  @Parameters(paramLabel = "FILE", description = "The new file.")
  String file = "";

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    Path path = invocation.path(file);
    String id = FileKeyProvider.create(path).id();
    invocation.out().line("key " + id + " in " + path + "; keep a copy of it apart from the store");
    return ExitCode.OK;
  }
}
