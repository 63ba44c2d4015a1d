package dev.millrace.cli;

import dev.millrace.cli.bench.Benchmark;
import dev.millrace.cli.bench.CommandBenchmark;
import java.util.Optional;
import picocli.CommandLine.Command;

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
final class BenchCommandCommand extends BenchAction {
  BenchCommandCommand() {
    super("command");
  }

  @Override
  Optional<? extends Benchmark> find() {
    return CommandBenchmark.find();
  }
}
