package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogRestore;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a store from a backup. */
@Command(
    name = "restore",
    description = {
      "Make a store from a backup, in a new data folder.",
      "Every checksum is checked first. Events keep their positions. The new store is a new"
          + " history: read models, checkpoints and tokens of the old one are refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log restore --from /mnt/backups/shop --to shop-restored",
      "  millrace retail report --data shop-restored"
    })
final class LogRestoreCommand implements Action {
  @Option(
      names = "--from",
      paramLabel = "DIR",
      required = true,
      description = "Folder of the backup.")
  String from = "";

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The new data folder; must not exist, or be empty.")
  String to = "";

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> restore(invocation));
  }

  private int restore(Invocation invocation) throws IOException {
    Path source = invocation.path(from);
    if (!Files.isDirectory(source)) {
      throw new FailureException("there is no folder " + source + "; name that of a backup");
    }
    Path target = StoreFolder.fresh(invocation.path(to));
    LogRestore restore;
    try (Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      restore =
          LogFolder.restore(
              RealDisk.at(source),
              RealDisk.at(target),
              SystemSeams.shared(),
              LogWork.progress(progress, "restoring", invocation.stop()));
    }
    if (json) {
      invocation.out().line(Json.line(json(restore)));
    } else {
      invocation.out().line(text(restore));
      LogSalvageCommand.note(restore.backup(), restore.made(), invocation);
    }
    return ExitCode.OK;
  }

  private String text(LogRestore restore) {
    return "restored to "
        + to
        + "  the backup of "
        + restore.backedUp()
        + ", up to position "
        + Numbers.whole(restore.head())
        + ", "
        + Numbers.bytes(restore.bytes())
        + " in "
        + Numbers.count(restore.segments(), "segment", "segments");
  }

  private static Map<String, Object> json(LogRestore restore) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("backup", restore.backup());
    json.put("backedUp", restore.backedUp());
    json.put("made", restore.made());
    json.put("head", restore.head());
    json.put("segments", restore.segments());
    json.put("bytes", restore.bytes());
    return json;
  }
}
