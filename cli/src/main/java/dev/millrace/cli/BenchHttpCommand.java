package dev.millrace.cli;

import dev.millrace.cli.bench.HttpBenchmark;
import dev.millrace.cli.bench.HttpBenchmark.Overload;
import dev.millrace.cli.bench.HttpBenchmark.Result;
import dev.millrace.cli.bench.Load;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures a node. */
@Command(
    name = "http",
    description = {
      "Measure durable commands by HTTP, and the start of the application.",
      "The node runs here, the load generator in a process of its own; both share the machine."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace bench http",
      "  millrace bench http --json --quick",
      "  millrace bench http --overload 600"
    })
final class BenchHttpCommand implements Action {
  private static final int MOST_SECONDS = 86_400;
  private static final int MOST_EVENTS = 100_000_000;

  @Option(
      names = "--in",
      paramLabel = "DIR",
      description = "A folder on the disk to measure; default: the working folder.")
  String in = "";

  @Option(names = "--quick", description = "Shorter, so less exact.")
  boolean quick;

  @Option(
      names = "--step",
      paramLabel = "SECONDS",
      description = "How long each measurement lasts; default: 15, quick: 3.")
  @Nullable Integer step;

  @Option(
      names = "--overload",
      paramLabel = "SECONDS",
      description = "How long it gets twice what it can do; default: 30, quick: 3.")
  @Nullable Integer overload;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = "Events in the store of the start; default: 300,000, quick: 20,000.")
  @Nullable Integer events;

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    Path folder = invocation.path(in).toAbsolutePath();
    HttpBenchmark.Options usual = HttpBenchmark.Options.of(folder, quick);
    HttpBenchmark.Options options =
        new HttpBenchmark.Options(
            folder,
            usual.connections(),
            seconds("--step", step, usual.step()),
            seconds("--overload", overload, usual.overload()),
            between("--events", events, (int) usual.events(), MOST_EVENTS),
            usual.starts());
    HttpBenchmark benchmark =
        new HttpBenchmark(
            Main.class, options, what -> invocation.err().status("measuring: " + what));
    Result result = benchmark.run();
    invocation.err().status(null);
    BenchHeading heading = BenchHeading.of(invocation, folder);
    if (json) {
      Map<String, Object> object = heading.json();
      object.putAll(object(options, result));
      invocation.out().line(Json.line(object));
    } else {
      invocation.print(heading.lines());
      print(invocation, result);
    }
    return ExitCode.OK;
  }

  private static Duration seconds(String name, @Nullable Integer given, Duration usual) {
    return Duration.ofSeconds(between(name, given, (int) usual.toSeconds(), MOST_SECONDS));
  }

  private static int between(String name, @Nullable Integer given, int usual, int most) {
    if (given != null && (given < 1 || given > most)) {
      throw new UsageException(name + ": must be 1 to " + most + ", not " + given);
    }
    return given == null ? usual : given;
  }

  private static Map<String, Object> object(HttpBenchmark.Options options, Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("stepSeconds", options.step().toMillis() / 1e3);
    Map<String, Object> commands = new LinkedHashMap<>();
    result.commands().forEach((count, load) -> commands.put(count.toString(), load(load)));
    json.put("commands", commands);
    Map<String, Object> tails = new LinkedHashMap<>();
    tails.put("without", result.tails().without().stream().map(BenchHttpCommand::load).toList());
    tails.put("with", load(result.tails().with()));
    tails.put("ratio", result.tails().ratio());
    json.put("tails", tails);
    Map<String, Object> overload = new LinkedHashMap<>();
    overload.put("seconds", options.overload().toMillis() / 1e3);
    overload.put("offeredPerSecond", result.overload().offeredPerSecond());
    overload.put("during", load(result.overload().during()));
    overload.put("after", load(result.overload().after()));
    overload.put("later", load(result.overload().later()));
    overload.put("heapBytesBefore", result.overload().heapBefore());
    overload.put("heapBytesAfter", result.overload().heapAfter());
    json.put("overload", overload);
    json.put(
        "start",
        Map.of(
            "events",
            result.start().events(),
            "cachedMillis",
            result.start().cachedMillis(),
            "uncachedMillis",
            result.start().uncachedMillis()));
    return json;
  }

  private static Map<String, Object> load(Load load) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("commandsPerSecond", load.perSecond());
    json.put("p50Micros", load.p50Micros());
    json.put("p99Micros", load.p99Micros());
    json.put("refusedPerSecond", load.refusedPerSecond());
    json.put("refusedP99Micros", load.refusedP99Micros());
    json.put("unsentPerSecond", load.unsentPerSecond());
    return json;
  }

  private static void print(Invocation invocation, Result result) {
    Table commands = new Table("durable commands by HTTP", ">commands", ">p50", ">p99", ">refused");
    result.commands().forEach((count, load) -> row(commands, count + " connections", load));
    row(commands, "64, no tails", result.tails().without().get(0));
    row(commands, "64, beside 1,000 idle tails and 10 slow ones", result.tails().with());
    row(commands, "64, no tails", result.tails().without().get(1));
    Overload overload = result.overload();
    row(commands, "given " + Numbers.rate(overload.offeredPerSecond()), overload.during());
    row(commands, "64, a second later", overload.after());
    row(commands, "64, after that", overload.later());
    invocation.print(commands.lines(invocation.outInk()));
    invocation.out().line("");
    Table others = new Table("and", ">");
    others.row("p99 of a refusal", micros(overload.during().refusedP99Micros()));
    others.row(
        "live heap before and after the overload",
        Numbers.bytes(overload.heapBefore()) + ", " + Numbers.bytes(overload.heapAfter()));
    String application =
        "start of the shop with "
            + Numbers.count(result.start().events(), "event", "events")
            + " until it is ready";
    if (!result.start().cachedMillis().isEmpty()) {
      others.row(application, millis(result.start().cachedMillis()));
    }
    others.row(application + ", without the cache", millis(result.start().uncachedMillis()));
    invocation.print(others.lines(invocation.outInk()));
  }

  private static void row(Table table, String name, Load load) {
    table.row(
        name,
        Numbers.rate(load.perSecond()),
        micros(load.p50Micros()),
        micros(load.p99Micros()),
        Numbers.rate(load.refusedPerSecond()));
  }

  private static String micros(long micros) {
    return String.format(Locale.ROOT, "%.2f ms", micros / 1e3);
  }

  private static String millis(List<Double> millis) {
    double median = millis.stream().sorted().toList().get(millis.size() / 2);
    return String.format(Locale.ROOT, "%.0f ms", median);
  }
}
