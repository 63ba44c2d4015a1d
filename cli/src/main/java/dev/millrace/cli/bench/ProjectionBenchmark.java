package dev.millrace.cli.bench;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Measures projections into several read models, and slow handlers in many lanes. It brings a
 * server, so that the one implementation is found as that of {@link CommandBenchmark} is.
 */
public interface ProjectionBenchmark extends Benchmark {

  /** The implementation, if it is on the class path. */
  static Optional<ProjectionBenchmark> find() {
    return ServiceLoader.load(ProjectionBenchmark.class).findFirst();
  }
}
