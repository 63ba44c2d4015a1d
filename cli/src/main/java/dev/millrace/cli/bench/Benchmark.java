package dev.millrace.cli.bench;

import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A measurement with one size and no further choices. */
public interface Benchmark {

  /**
   * What was measured.
   *
   * @param json the figures, by name
   * @param tables the figures for people
   */
  record Result(Map<String, Object> json, List<Table> tables) {}

  /**
   * Measures.
   *
   * @param folder where; a folder inside it is made and deleted
   * @param size how much
   */
  Result run(Path folder, LogBenchmark.Size size, LogBenchmark.Progress progress)
      throws IOException, InterruptedException;
}
