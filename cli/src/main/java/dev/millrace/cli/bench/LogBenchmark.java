package dev.millrace.cli.bench;

import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Measures the embedded store beside its peers. The peers' jars are no part of the program, so that
 * the one implementation is found when it is on the class path, as the {@code millrace} script of a
 * source tree puts it.
 */
public interface LogBenchmark {

  /** How much is measured. */
  enum Size {
    /** As for figures that are published: minutes. */
    FULL,
    /** Under two minutes. */
    QUICK,
    /** To see that everything runs; the figures mean nothing. */
    TINY
  }

  /** A piece that can be measured without the others; the disk itself is always measured. */
  enum Part {
    /** Durable appends. */
    APPEND,
    /** Reads of everything. */
    REPLAY,
    /** Appends to Kafka. */
    KAFKA,
    /** From append to a subscriber's hands, ours and Kafka's. */
    DELIVERY,
    /** Inserts into PostgreSQL. */
    POSTGRESQL,
    /** Stores of growing size. */
    GROWTH,
    /** Encrypted stores beside plain ones, and personal values. Measured only when asked for. */
    ENCRYPTION
  }

  /**
   * What to measure.
   *
   * @param folder where; a folder inside it is made and deleted
   * @param size how much
   * @param events of the largest store; empty: as the size says
   * @param eventsPerAppend when a store is filled
   * @param parts which
   */
  record Options(
      Path folder, Size size, OptionalLong events, int eventsPerAppend, Set<Part> parts) {}

  /**
   * What was measured.
   *
   * @param json the figures, by name
   * @param disk the disk's own rates in a line, to stand above each table
   * @param tables the figures for people
   * @param failed parts that could not be measured, each with its reason; the others stand
   */
  record Result(Map<String, Object> json, String disk, List<Table> tables, List<String> failed) {}

  /** Learns how far it is. */
  @FunctionalInterface
  interface Progress {
    /**
     * Called often, from any thread; what it throws ends the benchmark.
     *
     * @param work what is measured
     * @param count how many events so far
     * @param share of this work that is done, 0 to 1; empty: not known
     */
    void at(String work, long count, OptionalDouble share);
  }

  /**
   * Measures.
   *
   * @throws IOException also when there is not enough room on the disk
   */
  Result run(Options options, Progress progress) throws IOException, InterruptedException;

  /** The implementation, if it is on the class path. */
  static Optional<LogBenchmark> find() {
    return ServiceLoader.load(LogBenchmark.class).findFirst();
  }
}
