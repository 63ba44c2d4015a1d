package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogFolder;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives an encrypted store another master key. */
@Command(
    name = "rotate-key",
    description = {
      "Give an encrypted store another master key. It must not be in use.",
      "The data keys are wrapped again; no event is written again. If it is interrupted, the old"
          + " key or the new one opens the store. Backups of before keep the key of their time."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log rotate-key --key file:old.key --new-key file:new.key"})
final class LogRotateKeyCommand implements Action {
  @Option(
      names = "--new-key",
      paramLabel = "SOURCE",
      required = true,
      description = "The key from now on, as in file:new.key or env:NEW_KEY.")
  String newKey = "";

  @Option(
      names = "--older-key",
      paramLabel = "SOURCE",
      description =
          "A key that the store had before; needed when the file 'keys' was lost. May be repeated.")
  List<String> olderKeys = new ArrayList<>();

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, false, () -> rotate(invocation));
  }

  private int rotate(Invocation invocation) throws IOException {
    List<MasterKey> old = new ArrayList<>();
    old.add(Objects.requireNonNull(StoreKey.require(invocation).masterKey()));
    for (String source : olderKeys) {
      old.add(Encryption.key(StoreKey.resolve(invocation, source)));
    }
    MasterKey next = Encryption.key(StoreKey.resolve(invocation, newKey));
    Path folder = StoreFolder.require(invocation);
    int keys = LogFolder.rotateKey(RealDisk.at(folder), old, next);
    invocation
        .out()
        .line(
            "the key of "
                + folder
                + " is now "
                + next.id()
                + "; it wraps "
                + Numbers.count(keys, "data key", "data keys"));
    return ExitCode.OK;
  }
}
