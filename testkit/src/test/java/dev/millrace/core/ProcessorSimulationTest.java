package dev.millrace.core;

import dev.millrace.testkit.sim.Determinism;
import dev.millrace.testkit.sim.Scenario;
import dev.millrace.testkit.sim.Simulation;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Processors under kills, failures and operators, from many seeds. */
final class ProcessorSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 20_000 : 40;

  private static void runAll(Scenario scenario) {
    for (long seed = 1; seed <= SEEDS; seed++) {
      run(scenario, seed);
    }
  }

  private static void run(Scenario scenario, long seed) {
    try {
      scenario.run(Simulation.of(seed));
    } catch (Exception | AssertionError failure) {
      throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
    }
  }

  @Test
  void whateverIsPoisonOrKilledEachEventCountsOnceAndInTheOrderOfItsKey() {
    runAll(new DeadLetterScenario());
  }

  @Test
  void manyLanesHandleEachEventOnceAndInTheOrderOfAllItsKeys() {
    runAll(new KeyedScenario());
    run(new KeyedScenario(), 6_721); // a key let go before the event at which others waited for it
  }

  @Test
  void whateverABrokerLosesEachMessageBecomesOneEventAndInTheOrderOfItsKey() {
    runAll(new ChannelScenario());
  }

  @Test
  void aSeedRunsTheSameInTwoProcesses() {
    Determinism.check(DeadLetterScenario.class, LongStream.rangeClosed(1, 4).toArray());
    Determinism.check(KeyedScenario.class, LongStream.rangeClosed(1, 4).toArray());
    Determinism.check(ChannelScenario.class, LongStream.rangeClosed(1, 4).toArray());
  }
}
