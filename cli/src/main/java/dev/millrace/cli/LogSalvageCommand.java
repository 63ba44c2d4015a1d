package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogSalvage;
import dev.millrace.log.LogSalvage.Lost;
import dev.millrace.log.LogSalvage.Missing;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes what is whole of a damaged store into a new one. */
@Command(
    name = "salvage",
    description = {
      "Write what is whole of a damaged store into a new data folder.",
      "The source is only read. Events keep their positions; what is not whole is named,"
          + " and its positions stay empty. The new store is a new history: read models,"
          + " checkpoints and tokens of the old one are refused. Ends with 0 when the new store"
          + " is whole, whatever is lost."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log salvage --to rescued",
      "  millrace log salvage --data shop --to rescued --json | jq .missing"
    })
final class LogSalvageCommand implements Action {
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
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> salvage(invocation));
  }

  private int salvage(Invocation invocation) throws IOException {
    Path source = StoreFolder.require(invocation);
    Path target = StoreFolder.fresh(invocation.path(to));
    LogSalvage salvage;
    try (Progress progress = new Progress(invocation, "MiB", System::nanoTime)) {
      salvage =
          LogFolder.salvage(
              RealDisk.at(source),
              RealDisk.at(target),
              SystemSeams.shared(),
              StoreKey.encryption(invocation),
              LogWork.progress(progress, "salvaging", invocation.stop()));
    }
    if (json) {
      invocation.out().line(Json.line(json(salvage)));
    } else {
      print(salvage, invocation);
    }
    return ExitCode.OK;
  }

  private static Map<String, @Nullable Object> json(LogSalvage salvage) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("complete", salvage.complete());
    json.put("events", salvage.events());
    json.put("appends", salvage.appends());
    json.put("segments", salvage.segments());
    json.put("bytes", salvage.bytes());
    json.put("source", salvage.source());
    json.put("made", salvage.made());
    json.put("lostPlaces", salvage.lostPlaces());
    json.put("lost", salvage.lost().stream().map(LogSalvageCommand::json).toList());
    json.put("missingPositions", salvage.missingPositions());
    json.put("missing", salvage.missing().stream().map(LogSalvageCommand::json).toList());
    return json;
  }

  private static Map<String, Object> json(Lost lost) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", lost.file());
    json.put("from", lost.from());
    json.put("to", lost.to());
    json.put("what", lost.what());
    return json;
  }

  private static Map<String, Object> json(Missing missing) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("first", missing.first());
    json.put("last", missing.last());
    return json;
  }

  private void print(LogSalvage salvage, Invocation invocation) {
    Ink ink = invocation.outInk();
    String count =
        Numbers.count(salvage.events(), "event", "events")
            + " in "
            + Numbers.count(salvage.appends(), "append", "appends")
            + ", "
            + Numbers.bytes(salvage.bytes())
            + ", in "
            + to;
    if (salvage.complete()) {
      invocation.out().line(ink.good("all whole") + "  " + count);
    } else {
      invocation.out().line(ink.bold("salvaged") + "  " + count);
    }
    for (Lost lost : salvage.lost()) {
      String place = lost.file() + " from " + lost.from() + " to " + lost.to();
      invocation.out().line("  " + ink.bold(place) + ": " + lost.what());
    }
    for (Missing missing : salvage.missing()) {
      String range =
          missing.first() == missing.last()
              ? "position " + missing.first()
              : "positions " + missing.first() + " to " + missing.last();
      invocation.out().line("  " + ink.bold(range) + ": missing");
    }
    more(salvage.lostPlaces() - salvage.lost().size(), "more places", invocation);
    more(invocation, salvage);
    note(salvage.source(), salvage.made(), invocation);
  }

  private static void more(Invocation invocation, LogSalvage salvage) {
    long listed =
        salvage.missing().stream().mapToLong(range -> range.last() - range.first() + 1).sum();
    more(salvage.missingPositions() - listed, "more positions are missing", invocation);
  }

  private static void more(long count, String what, Invocation invocation) {
    if (count > 0) {
      invocation.out().line("  and " + Numbers.whole(count) + " " + what);
    }
  }

  /** Says what a new history means for what was made from the old one. */
  static void note(@Nullable StoreIdentity old, StoreIdentity made, Invocation invocation) {
    invocation
        .err()
        .line(
            "millrace: this is a new history ("
                + made
                + (old == null ? "" : ", before " + old)
                + "): leave read models of the old one behind, they are filled again from the"
                + " store");
  }
}
