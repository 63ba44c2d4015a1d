package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogScavenge;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes events of some types for good. */
@Command(
    name = "scavenge",
    description = {
      "Remove all events of some types for good, and record that it was done.",
      "Positions stay: something without a meaning stands in each one's place. The payload of"
          + " the commands that caused them goes, too, and snapshots are deleted. Backups,"
          + " archives and read models are not changed. The store is written anew, for which"
          + " there must be room; it is never half done. 'millrace log stats' shows the record."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log scavenge --type visited,clicked --yes",
      "  millrace log scavenge --type visited --before 2026-01-01T00:00:00Z --yes"
    })
final class LogScavengeCommand implements Action {
  @Option(
      names = "--type",
      paramLabel = "TYPE",
      required = true,
      split = ",",
      description = "Types of the events, as they are stored.")
  List<String> types = new ArrayList<>();

  @Option(
      names = "--before",
      paramLabel = "TIME",
      description = "Only events that were recorded before, as in 2026-01-01T00:00:00Z.")
  String before = "";

  @Option(names = "--yes", description = "Really: it cannot be undone.")
  boolean yes;

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (!yes) {
      throw new UsageException(
          "this removes events for good; say --yes if that is what you want, and make a backup"
              + " first");
    }
    Instant time = time();
    return LogWork.run(invocation, json, () -> scavenge(invocation, time));
  }

  private @Nullable Instant time() {
    try {
      return before.isEmpty() ? null : Instant.parse(before);
    } catch (DateTimeParseException e) {
      throw new UsageException("a time is written 2026-01-01T00:00:00Z, not '" + before + "'");
    }
  }

  private int scavenge(Invocation invocation, @Nullable Instant time) throws IOException {
    Path folder = StoreFolder.require(invocation);
    LogScavenge scavenge;
    try (Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      scavenge =
          LogFolder.scavenge(
              RealDisk.at(folder),
              Set.copyOf(types),
              time,
              System.getProperty("user.name", "unknown"),
              SystemSeams.shared(),
              StoreKey.encryption(invocation),
              LogWork.progress(progress, "writing", invocation.stop()));
    }
    print(invocation, scavenge);
    return ExitCode.OK;
  }

  private void print(Invocation invocation, LogScavenge scavenge) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("types", scavenge.types());
      result.put("events", scavenge.events());
      result.put("appends", scavenge.appends());
      result.put("bytesBefore", scavenge.bytesBefore());
      result.put("bytes", scavenge.bytes());
      invocation.out().line(Json.line(result));
      return;
    }
    invocation
        .out()
        .line(
            scavenge.events() == 0
                ? "there are no such events; nothing was changed"
                : "removed "
                    + Numbers.count(scavenge.events(), "event", "events")
                    + " of "
                    + Numbers.count(scavenge.appends(), "append", "appends")
                    + "; the store has "
                    + Numbers.bytes(scavenge.bytes())
                    + ", and had "
                    + Numbers.bytes(scavenge.bytesBefore()));
  }
}
