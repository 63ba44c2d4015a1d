package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogFolder;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;

/** Has a store encrypt what is written from now on. */
@Command(
    name = "encrypt",
    description = {
      "Encrypt what is written to the store from now on. It must not be in use.",
      "What was written before stays as it is; snapshots are deleted, and are made again. From now"
          + " on the store opens with the key only."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log encrypt --key file:shop.key"})
final class LogEncryptCommand implements Action {
  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, false, () -> encrypt(invocation));
  }

  private static int encrypt(Invocation invocation) throws IOException {
    Encryption encryption = StoreKey.require(invocation);
    Path folder = StoreFolder.require(invocation);
    LogFolder.encrypt(RealDisk.at(folder), SystemSeams.shared(), encryption);
    invocation
        .out()
        .line(
            "encrypted  what is written to "
                + folder
                + " from now on; what was there stays as it is");
    return ExitCode.OK;
  }
}
