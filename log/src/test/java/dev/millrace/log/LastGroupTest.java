package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.MillraceException;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.Fault;
import dev.millrace.testkit.sim.FaultPlan;
import dev.millrace.testkit.sim.Simulation;
import dev.millrace.testkit.sim.SimulationException;
import org.junit.jupiter.api.Test;

/**
 * The store is killed after an append was answered, and the power fails in the opening that
 * follows, which writes that append again where it stands. What a disk did not sync may have turned
 * bits.
 */
final class LastGroupTest {
  private static final int IMAGES = 40;
  private static final Append DURABLE = Workloads.append(0, 300, 700);

  @Test
  void aPowerFailureWhileOpeningDestroysNothingThatWasDurable() {
    long lastCall = killed(1, FaultPlan.NONE).openedWith();
    assertThat(lastCall).isGreaterThan(10);
    for (long call = 1; call <= lastCall; call++) {
      for (int image = 0; image < IMAGES; image++) {
        Life second = killed(1, FaultPlan.at(call, Fault.CRASH));
        second.openedWith();
        Simulation third =
            second.simulation.afterPowerLoss(
                image, Choices.seeded(31L * call + image), settings -> settings.withFlips());
        assertThat(isThere(third)).as("power failure at call %d, image %d", call, image).isTrue();
        assertThat(isThere(third.afterKill(image))).as("and after that").isTrue();
      }
    }
  }

  /** What is left of a process that was killed after its append was answered. */
  private static Life killed(long seed, FaultPlan faults) {
    Simulation first = Simulation.of(seed);
    LogEventStore store = open(first);
    assertThat(first.await(store.append(DURABLE))).isInstanceOf(Appended.class);
    return new Life(first.afterKill(seed + 1, settings -> settings.faults(faults)));
  }

  private static boolean isThere(Simulation simulation) {
    return open(simulation).find(DURABLE.id()).isPresent();
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }

  private record Life(Simulation simulation) {
    /** Opens the store; how many calls of the disk that took. */
    long openedWith() {
      try {
        open(simulation);
      } catch (MillraceException | SimulationException cut) {
        assertThat(simulation.disk().isOff()).isTrue();
      }
      return simulation.disk().calls();
    }
  }
}
