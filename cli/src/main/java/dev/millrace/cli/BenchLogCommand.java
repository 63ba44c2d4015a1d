package dev.millrace.cli;

import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Options;
import dev.millrace.cli.bench.LogBenchmark.Part;
import dev.millrace.cli.bench.LogBenchmark.Result;
import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures the embedded store, the disk under it, and its peers beside it. */
@Command(
    name = "log",
    description = {
      "Measure the embedded event store, with the disk's own rates, a Kafka broker and",
      "PostgreSQL beside it. Makes a folder and deletes it again. Needs the source tree:",
      "the peers are built and started from there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace bench log",
      "  millrace bench log --quick",
      "  millrace bench log --only append,replay",
      "  millrace bench log --only growth --events 100000000",
      "  millrace bench log --only encryption",
      "  millrace bench log --in /mnt/nvme --json > bench.json"
    })
final class BenchLogCommand implements Action {
  private static final long MOST_EVENTS = 1_000_000_000;
  private static final int MOST_EVENTS_PER_APPEND = 10_000;

  @Option(
      names = "--in",
      paramLabel = "DIR",
      description = "A folder on the disk to measure; default: the working folder.")
  String in = "";

  @Option(names = "--quick", description = "Under two minutes, so less exact.")
  boolean quick;

  @Option(names = "--tiny", hidden = true)
  boolean tiny;

  @Option(
      names = "--events",
      paramLabel = "N",
      description = {
        "Events in the largest store of the growth; each store before it has a tenth.",
        "Default: 10,000,000, quick: 1,000,000."
      })
  @Nullable Long events;

  @Option(
      names = "--events-per-append",
      paramLabel = "N",
      description = "When the stores of the growth are filled; default: 100.")
  int eventsPerAppend = 100;

  @Option(
      names = "--only",
      paramLabel = "PART",
      split = ",",
      description = {
        "Some of append, replay, kafka, delivery, postgresql, growth, encryption. The disk",
        "itself is always measured. Default: all but encryption."
      })
  List<Part> only = List.copyOf(EnumSet.complementOf(EnumSet.of(Part.ENCRYPTION)));

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    Path folder = invocation.path(in).toAbsolutePath();
    Options options = options(folder);
    LogBenchmark benchmark = LogBenchmark.find().orElseThrow(() -> BenchAction.isElsewhere("log"));
    Result result;
    try (Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      result = benchmark.run(options, BenchAction.stoppable(invocation, progress));
    } catch (CancellationException e) {
      return BenchAction.stopped(invocation);
    }
    BenchHeading heading = BenchHeading.of(invocation, folder);
    if (json) {
      Map<String, Object> object = heading.json();
      object.putAll(result.json());
      object.put("failed", result.failed());
      invocation.out().line(Json.line(object));
    } else {
      BenchAction.print(invocation, heading.lines(result.disk()), result.tables());
    }
    result.failed().forEach(part -> invocation.err().line("could not be measured: " + part));
    return result.failed().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
  }

  private Options options(Path folder) {
    if (events != null && (events < 1 || events > MOST_EVENTS)) {
      throw new UsageException("--events: must be 1 to " + MOST_EVENTS + ", not " + events);
    }
    if (eventsPerAppend < 1 || eventsPerAppend > MOST_EVENTS_PER_APPEND) {
      throw new UsageException(
          "--events-per-append: must be 1 to "
              + MOST_EVENTS_PER_APPEND
              + ", not "
              + eventsPerAppend);
    }
    return new Options(
        folder,
        tiny ? Size.TINY : quick ? Size.QUICK : Size.FULL,
        events == null ? OptionalLong.empty() : OptionalLong.of(events),
        eventsPerAppend,
        EnumSet.copyOf(only));
  }
}
