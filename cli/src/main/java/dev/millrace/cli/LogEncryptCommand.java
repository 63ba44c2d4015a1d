package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogScavenge;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Has a store encrypt what is written from now on. */
@Command(
    name = "encrypt",
    description = {
      "Encrypt what is written to the store from now on. It must not be in use.",
      "What was written before stays as it is, unless --rewrite writes all of it anew, for which"
          + " there must be room; it is never half done. Snapshots are deleted, and are made again."
          + " From now on the store opens with the key only.",
      "On an encrypted store --rewrite gives every segment a new data key, so that an older master"
          + " key opens nothing of it."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log encrypt --key file:shop.key",
      "  millrace log encrypt --key file:shop.key --rewrite"
    })
final class LogEncryptCommand implements Action {
  @Option(names = "--rewrite", description = "Write what is there anew, encrypted.")
  boolean rewrite;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, false, () -> encrypt(invocation));
  }

  private int encrypt(Invocation invocation) throws IOException {
    Encryption encryption = StoreKey.require(invocation);
    Path folder = StoreFolder.require(invocation);
    if (rewrite) {
      return rewrite(invocation, encryption, folder);
    }
    LogFolder.encrypt(RealDisk.at(folder), SystemSeams.shared(), encryption);
    invocation
        .out()
        .line(
            "encrypted  what is written to "
                + folder
                + " from now on; what was there stays as it is");
    return ExitCode.OK;
  }

  private static int rewrite(Invocation invocation, Encryption encryption, Path folder) {
    LogScavenge written;
    try (Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      written =
          LogFolder.encryptAll(
              RealDisk.at(folder),
              SystemSeams.shared(),
              encryption,
              System.getProperty("user.name", "unknown"),
              LogWork.progress(progress, "writing", invocation.stop()));
    }
    invocation
        .out()
        .line(
            "encrypted  all of "
                + folder
                + ", "
                + Numbers.bytes(written.bytes())
                + "; backups, archives and what the disk keeps of deleted files are as they were");
    return ExitCode.OK;
  }
}
