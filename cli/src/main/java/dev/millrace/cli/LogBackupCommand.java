package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogBackup;
import dev.millrace.log.LogFolder;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies a store into a folder of backups. */
@Command(
    name = "backup",
    description = {
      "Copy the store into a folder, also while another process has it open.",
      "Again into the same folder, it copies only what is new. What is copied is read back"
          + " and checked; if anything fails, the backup of before is as it was. A store is"
          + " made from it with 'millrace log restore'."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log backup --to /mnt/backups/shop",
      "  millrace log backup --data shop --to shop-backup --json | jq .head"
    })
final class LogBackupCommand implements Action {
  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the backup: new, or with earlier ones of this store.")
  String to = "";

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> backup(invocation));
  }

  private int backup(Invocation invocation) throws IOException {
    Path source = StoreFolder.require(invocation);
    LogBackup backup;
    try (Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      backup =
          LogFolder.backup(
              RealDisk.at(source),
              RealDisk.at(invocation.path(to)),
              SystemSeams.shared(),
              LogWork.progress(progress, "copying", invocation.stop()));
    }
    if (json) {
      invocation.out().line(Json.line(json(backup)));
    } else {
      invocation.out().line(text(backup));
    }
    return ExitCode.OK;
  }

  private String text(LogBackup backup) {
    return "backup "
        + backup.number()
        + " in "
        + to
        + "  up to position "
        + Numbers.whole(backup.head())
        + ", "
        + Numbers.bytes(backup.bytes())
        + " in "
        + Numbers.count(backup.segments(), "segment", "segments")
        + "; copied "
        + Numbers.bytes(backup.copiedBytes());
  }

  private static Map<String, Object> json(LogBackup backup) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("store", backup.store());
    json.put("backup", backup.number());
    json.put("made", backup.made());
    json.put("head", backup.head());
    json.put("segments", backup.segments());
    json.put("bytes", backup.bytes());
    json.put("copiedSegments", backup.copiedSegments());
    json.put("copiedBytes", backup.copiedBytes());
    return json;
  }
}
