package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogArchival;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fetches archived segments back. */
@Command(
    name = "unarchive",
    description = {
      "Fetch all segments back that were moved to an archive.",
      "Each is compared with what was put there. The copies in the archive stay; nothing of the"
          + " store refers to them any more."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log unarchive", "  millrace log unarchive --data shop --json"})
final class LogUnarchiveCommand implements Action {
  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> unarchive(invocation));
  }

  private int unarchive(Invocation invocation) throws IOException {
    Path folder = StoreFolder.require(invocation);
    LogArchival archival;
    try (LogEventStore store =
            LogEventStore.open(
                RealDisk.at(folder),
                SystemSeams.shared(),
                LogOptions.DEFAULT,
                StoreKey.encryption(invocation));
        Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      archival =
          ArchivalText.join(
              store.unarchive(LogWork.progress(progress, "fetching", invocation.stop())));
    }
    ArchivalText.print(invocation, archival, json, "fetched back");
    return ExitCode.OK;
  }
}
