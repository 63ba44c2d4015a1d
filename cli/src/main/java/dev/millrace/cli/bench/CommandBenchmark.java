package dev.millrace.cli.bench;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Measures commands on PostgreSQL beside what else one may do there. It brings a server, so that
 * the one implementation is found when it is on the class path, as the {@code millrace} script of a
 * source tree puts it.
 */
public interface CommandBenchmark extends Benchmark {

  /** The implementation, if it is on the class path. */
  static Optional<CommandBenchmark> find() {
    return ServiceLoader.load(CommandBenchmark.class).findFirst();
  }
}
