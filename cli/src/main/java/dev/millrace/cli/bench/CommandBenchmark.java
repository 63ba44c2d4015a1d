package dev.millrace.cli.bench;

import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Measures commands on PostgreSQL beside what else one may do there. It brings a server, so that
 * the one implementation is found when it is on the class path, as the {@code millrace} script of a
 * source tree puts it.
 */
public interface CommandBenchmark {

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

  /** The implementation, if it is on the class path. */
  static Optional<CommandBenchmark> find() {
    return ServiceLoader.load(CommandBenchmark.class).findFirst();
  }
}
