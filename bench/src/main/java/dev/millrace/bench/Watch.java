package dev.millrace.bench;

import dev.millrace.cli.bench.LogBenchmark;
import java.util.OptionalDouble;

/** Tells how far one measurement is. */
@FunctionalInterface
interface Watch {
  /**
   * Called now and then, from one thread; what it throws ends the benchmark.
   *
   * @param count events so far
   * @param share that is done, 0 to 1
   */
  void at(long count, double share);

  /** One that shows under a name. */
  static Watch named(String work, LogBenchmark.Progress progress) {
    progress.at(work, 0, OptionalDouble.empty());
    return (count, share) -> progress.at(work, count, OptionalDouble.of(Math.min(1, share)));
  }
}
