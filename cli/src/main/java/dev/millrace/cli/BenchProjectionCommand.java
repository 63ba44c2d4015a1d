package dev.millrace.cli;

import dev.millrace.cli.bench.Benchmark;
import dev.millrace.cli.bench.ProjectionBenchmark;
import java.util.Optional;
import picocli.CommandLine.Command;

/** Measures projections. */
@Command(
    name = "projection",
    description = {
      "Measure projections of 1,000,000 events from the embedded store into memory, H2, PostgreSQL 17",
      "(fsync on) and Lucene, row by row and folded, and slow handlers in many lanes. Makes a folder",
      "and deletes it again. Needs the source tree: the server is started from there."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace bench projection",
      "  millrace bench projection --quick --json > bench.json"
    })
final class BenchProjectionCommand extends BenchAction {
  BenchProjectionCommand() {
    super("projection");
  }

  @Override
  Optional<? extends Benchmark> find() {
    return ProjectionBenchmark.find();
  }
}
