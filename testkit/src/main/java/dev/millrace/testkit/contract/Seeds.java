package dev.millrace.testkit.contract;

import java.util.stream.LongStream;

/** Which seeds a random test runs: a few, many at night, or the one that failed. */
final class Seeds {
  private static final int NIGHTLY_FACTOR = 50;

  private Seeds() {}

  /** A test of one seed. */
  interface Trial {
    void run(long seed) throws Exception;
  }

  static void forEach(int count, Trial trial) throws Exception {
    for (long seed : seeds(count).toArray()) {
      try {
        trial.run(seed);
      } catch (Exception | AssertionError failed) {
        throw new AssertionError(
            "failed with seed " + seed + " (run it again with -Dmillrace.seed=" + seed + ")",
            failed);
      }
    }
  }

  private static LongStream seeds(int count) {
    Long only = Long.getLong("millrace.seed");
    if (only != null) {
      return LongStream.of(only);
    }
    return LongStream.range(
        0, Boolean.getBoolean("millrace.nightly") ? count * (long) NIGHTLY_FACTOR : count);
  }
}
