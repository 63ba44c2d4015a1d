package dev.millrace.cli;

import dev.millrace.cli.bench.CommandBenchmark;
import dev.millrace.cli.bench.LogBenchmark.Size;
import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures commands on PostgreSQL. */
@Command(
    name = "command",
    description = {
      "Measure commands on PostgreSQL 17 with fsync on, and reads of everything, beside Axon Framework,",
      "Apache Pekko and one INSERT a transaction. Makes a folder and deletes it. Needs the source tree:",
      "the server and the peers come from there."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace bench command", "  millrace bench command --quick --json > bench.json"})
final class BenchCommandCommand implements Action {
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

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    Path folder = invocation.path(in).toAbsolutePath();
    CommandBenchmark benchmark =
        CommandBenchmark.find()
            .orElseThrow(() ->
                new FailureException(
                    "the benchmark and its server are not part of this program; run ./millrace"
                        + " bench command in a source tree, which builds them"));
    CommandBenchmark.Result result;
    try (Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      result =
          benchmark.run(
              folder,
              tiny ? Size.TINY : quick ? Size.QUICK : Size.FULL,
              (work, count, share) -> {
                if (invocation.stop().requested()) {
                  throw new CancellationException();
                }
                progress.at(work, count, share);
              });
    } catch (CancellationException e) {
      invocation.err().line("stopped; what was measured is not shown, since it is not whole");
      return ExitCode.FAILURE;
    }
    BenchHeading heading = BenchHeading.of(invocation, folder);
    if (json) {
      Map<String, Object> object = heading.json();
      object.putAll(result.json());
      invocation.out().line(Json.line(object));
      return ExitCode.OK;
    }
    for (Table table : result.tables()) {
      heading.lines().forEach(line -> invocation.out().line(invocation.outInk().dim(line)));
      invocation.print(table.lines(invocation.outInk()));
    }
    return ExitCode.OK;
  }
}
