package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import dev.millrace.log.LogFolder;
import dev.millrace.log.LogStatistics;
import dev.millrace.log.wiring.RealDisk;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Counts what a store holds. */
@Command(
    name = "stats",
    description = "Count the events, appends, segments and bytes of the store.",
    footerHeading = "%nExamples:%n",
    footer = {"  millrace log stats", "  millrace log stats --data shop --json"})
final class LogStatsCommand implements Action {
  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> count(invocation));
  }

  private int count(Invocation invocation) throws IOException {
    LogStatistics statistics =
        LogFolder.statistics(
            RealDisk.at(StoreFolder.require(invocation)), StoreKey.encryption(invocation));
    if (json) {
      invocation.out().line(Json.line(json(statistics)));
    } else {
      print(statistics, invocation);
    }
    return ExitCode.OK;
  }

  private static Map<String, @Nullable Object> json(LogStatistics statistics) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("events", statistics.events());
    json.put("appends", statistics.appends());
    json.put("segments", statistics.segments());
    json.put("archivedSegments", statistics.archivedSegments());
    json.put("scavenges", statistics.scavenges());
    json.put("bytes", statistics.bytes());
    json.put("tags", statistics.tags());
    json.put("first", statistics.first());
    json.put("last", statistics.last());
    json.put("eventsByType", statistics.eventsByType());
    return json;
  }

  private static void print(LogStatistics statistics, Invocation invocation) {
    Table table = new Table("store", ">");
    table.row("events", Numbers.whole(statistics.events()));
    table.row("appends", Numbers.whole(statistics.appends()));
    table.row("segments", Numbers.whole(statistics.segments()));
    if (statistics.archivedSegments() > 0) {
      table.row("of these archived", Numbers.whole(statistics.archivedSegments()));
    }
    table.row("size", Numbers.bytes(statistics.bytes()));
    table.row("different tags", Numbers.whole(statistics.tags()));
    table.row("first append", time(statistics.first()));
    table.row("last append", time(statistics.last()));
    invocation.print(table.lines(invocation.outInk()));
    for (String scavenge : statistics.scavenges()) {
      invocation.out().line("removed " + scavenge);
    }
    invocation.out().line("");
    Table types = new Table("type", ">events");
    statistics.eventsByType().entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .forEach(type -> types.row(type.getKey(), Numbers.whole(type.getValue())));
    invocation.print(types.lines(invocation.outInk()));
  }

  private static String time(@Nullable Instant time) {
    return time == null ? "none" : time.toString();
  }
}
