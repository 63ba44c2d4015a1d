package dev.millrace.cli;

import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Rate;
import dev.millrace.cli.bench.LogBenchmark.Result;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the embedded store, and the disk under it. */
@Command(
    name = "log",
    description = {
      "Measure the embedded event store, with the disk's own rates beside it.",
      "Durable appends, replay, reads and opening. Makes a folder and deletes it again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace bench log",
      "  millrace bench log --quick",
      "  millrace bench log --in /mnt/nvme --json > bench.json"
    })
final class BenchLogCommand implements Action {
  private static final long MOST_EVENTS = 1_000_000_000;

  @Option(
      names = "--in",
      paramLabel = "DIR",
      description = "A folder on the disk to measure; default: the working folder.")
  String in = "";

  @Option(names = "--quick", description = "Shorter, so less exact.")
  boolean quick;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "How many events there are when reads are measured.")
  @Nullable Long events;

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    Path folder = invocation.path(in).toAbsolutePath();
    LogBenchmark.Options options = LogBenchmark.Options.of(folder, quick);
    if (events != null) {
      if (events < 1 || events > MOST_EVENTS) {
        throw new UsageException("--events: must be 1 to " + MOST_EVENTS + ", not " + events);
      }
      options = options.withEvents(events);
    }
    LogBenchmark benchmark =
        new LogBenchmark(options, what -> invocation.err().status("measuring: " + what));
    Result result = benchmark.run();
    invocation.err().status(null);
    BenchHeading heading = BenchHeading.of(invocation, folder);
    if (json) {
      invocation.out().line(Json.line(json(heading, options, result)));
    } else {
      invocation.print(heading.lines());
      print(invocation, options, result);
    }
    return ExitCode.OK;
  }

  private static Map<String, Object> json(
      BenchHeading heading, LogBenchmark.Options options, Result result) {
    Map<String, Object> json = heading.json();
    json.put("eventBytes", options.eventBytes());
    json.put("stepSeconds", options.step().toMillis() / 1e3);
    json.put("rawSyncsPerSecond", result.rawSyncsPerSecond());
    json.put("rawAppendSyncsPerSecond", result.rawAppendSyncsPerSecond());
    json.put("diskBytesPerSecond", result.diskBytesPerSecond());
    Map<String, Object> append = new LinkedHashMap<>();
    result.append().forEach((callers, rate) -> append.put(callers.toString(), json(rate)));
    json.put("append", append);
    json.put("batch100", json(result.batch100()));
    json.put("replayEventsPerSecond", result.replayRaw());
    json.put("entityReadMicros", result.entityReadMicros());
    json.put("openMillis", result.openMillis());
    json.put("events", result.events());
    return json;
  }

  private static Map<String, Object> json(Rate rate) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("eventsPerSecond", rate.eventsPerSecond());
    json.put("p50Micros", rate.p50Micros());
    json.put("p99Micros", rate.p99Micros());
    return json;
  }

  private static void print(Invocation invocation, LogBenchmark.Options options, Result result) {
    Table disk = new Table("the disk itself", ">rate");
    disk.row("4 KiB + fdatasync, zero-written file", Numbers.rate(result.rawSyncsPerSecond()));
    disk.row("4 KiB + fdatasync, growing file", Numbers.rate(result.rawAppendSyncsPerSecond()));
    disk.row("sequential writes", Numbers.bytes((long) result.diskBytesPerSecond()) + "/s");
    invocation.print(disk.lines(invocation.outInk()));
    invocation.out().line("");
    Table appends =
        new Table(
            "durable appends of " + options.eventBytes() + " bytes", ">events", ">p50", ">p99");
    result
        .append()
        .forEach((callers, rate) ->
            row(appends, Numbers.count(callers, "caller", "callers") + ", single events", rate));
    row(appends, "16 callers, batches of 100", result.batch100());
    invocation.print(appends.lines(invocation.outInk()));
    invocation.out().line("");
    Table reads = new Table("with " + Numbers.whole(result.events()) + " events", ">");
    reads.row("replay", Numbers.rate(result.replayRaw()));
    reads.row("read one entity, p50", micros(result.entityReadMicros().get(0)));
    reads.row("read one entity, p99", micros(result.entityReadMicros().get(1)));
    reads.row("open", String.format(Locale.ROOT, "%.0f ms", result.openMillis()));
    invocation.print(reads.lines(invocation.outInk()));
  }

  private static void row(Table table, String name, Rate rate) {
    table.row(
        name,
        Numbers.rate(rate.eventsPerSecond()),
        micros(rate.p50Micros()),
        micros(rate.p99Micros()));
  }

  private static String micros(double micros) {
    return micros < 1_000
        ? String.format(Locale.ROOT, "%.0f µs", micros)
        : String.format(Locale.ROOT, "%.2f ms", micros / 1_000);
  }
}
