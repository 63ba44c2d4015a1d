package dev.millrace.log.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.testkit.sim.Determinism;
import dev.millrace.testkit.sim.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class DeadlineSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 20_000 : 100;

  @Test
  void whateverCrashesAndHoweverClocksGoEachDeadlineIsSentOnceAndNotEarly() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new DeadlineScenario().run(Simulation.of(seed));
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  @Test
  void deadlinesThatAreEarlyAreFound() {
    assertThatThrownBy(() -> new DeadlineScenario(true).run(Simulation.of(3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is early");
  }

  @Test
  void aSeedRunsTheSameInTwoProcesses() {
    Determinism.check(DeadlineScenario.class, LongStream.rangeClosed(1, 10).toArray());
  }
}
