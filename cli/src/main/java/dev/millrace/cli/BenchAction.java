package dev.millrace.cli;

import dev.millrace.cli.bench.Benchmark;
import dev.millrace.cli.bench.LogBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Option;

/** What measurements have in common: where, how long, and how they are shown. */
abstract class BenchAction implements Action {
  @Option(
      names = "--in",
      paramLabel = "DIR",
      description = "A folder on the disk to measure; default: the working folder.")
  String in = "";

  @Option(names = "--quick", description = "Under three minutes, so less exact.")
  boolean quick;

  @Option(names = "--tiny", hidden = true)
  boolean tiny;

  @Option(names = "--json", description = "One JSON object.")
  boolean json;

  private final String name;

  /**
   * A measurement.
   *
   * @param name as in {@code command}
   */
  BenchAction(String name) {
    this.name = name;
  }

  /** What measures, if it is on the class path. */
  abstract Optional<? extends Benchmark> find();

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    Path folder = invocation.path(in).toAbsolutePath();
    Benchmark benchmark = find().orElseThrow(() -> isElsewhere(name));
    Benchmark.Result result;
    try (Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      result =
          benchmark.run(
              folder,
              tiny ? Size.TINY : quick ? Size.QUICK : Size.FULL,
              stoppable(invocation, progress));
    } catch (CancellationException e) {
      return stopped(invocation);
    }
    BenchHeading heading = BenchHeading.of(invocation, folder);
    if (json) {
      Map<String, Object> object = heading.json();
      object.putAll(result.json());
      invocation.out().line(Json.line(object));
      return ExitCode.OK;
    }
    print(invocation, heading.lines(), result.tables());
    return ExitCode.OK;
  }

  static FailureException isElsewhere(String name) {
    return new FailureException(
        "the benchmark and its peers are not part of this program; run ./millrace bench "
            + name
            + " in a source tree, which builds them");
  }

  /** Shows how far it is, and ends it when somebody wants that. */
  static LogBenchmark.Progress stoppable(Invocation invocation, Progress progress) {
    return (work, count, share) -> {
      if (invocation.stop().requested()) {
        throw new CancellationException();
      }
      progress.at(work, count, share);
    };
  }

  static int stopped(Invocation invocation) {
    invocation.err().line("stopped; what was measured is not shown, since it is not whole");
    return ExitCode.FAILURE;
  }

  /** Each table says by itself where it is from, so that it can be copied. */
  static void print(Invocation invocation, List<String> heading, List<Table> tables) {
    boolean first = true;
    for (Table table : tables) {
      if (!first) {
        invocation.out().line("");
      }
      first = false;
      heading.forEach(line -> invocation.out().line(invocation.outInk().dim(line)));
      invocation.print(table.lines(invocation.outInk()));
    }
  }
}
