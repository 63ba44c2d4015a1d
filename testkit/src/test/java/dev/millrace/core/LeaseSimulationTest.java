package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.testkit.sim.Determinism;
import dev.millrace.testkit.sim.Simulation;
import java.time.Duration;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several processes under pauses, deaths and moved clocks, from many seeds. */
final class LeaseSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 5_000 : 30;
  private static final int SEEDS_TO_FIND = 200;

  @Test
  void whateverProcessesDoEachEventCountsOnceAndInOrder() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new LeaseScenario().run(Simulation.of(seed));
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void aPlantedFaultIsFound(SharedMemory.Fault fault) {
    String found = null;
    for (long seed = 1; seed <= SEEDS_TO_FIND && found == null; seed++) {
      try {
        new LeaseScenario(fault).run(Simulation.of(seed));
      } catch (AssertionError failure) {
        found = failure.getMessage();
      }
    }
    assertThat(found).as("what %s seeds of %s found", SEEDS_TO_FIND, fault).contains("the rows");
  }

  @Test
  void whoWorksOnWhatHeDoesNotHoldIsFound() {
    String found = null;
    for (long seed = 1; seed <= SEEDS_TO_FIND && found == null; seed++) {
      try {
        new LeaseScenario(SharedMemory.Fault.NONE, Duration.ofSeconds(1)).run(Simulation.of(seed));
      } catch (AssertionError failure) {
        found = failure.getMessage();
      }
    }
    assertThat(found).contains("does not hold it");
  }

  @Test
  void aSeedRunsTheSameInTwoProcesses() {
    Determinism.check(LeaseScenario.class, LongStream.rangeClosed(1, 4).toArray());
  }
}
