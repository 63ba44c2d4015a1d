package dev.millrace.testkit.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Next;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DeterminismTest {

  /** Workers, timers, chance and disk, all from the seed. */
  public static final class Decided implements Scenario {
    /** For the other JVM. */
    public Decided() {}

    @Override
    public void run(Simulation simulation) throws Exception {
      for (String name : List.of("a", "b", "c")) {
        int[] left = {20};
        simulation
            .seams()
            .scheduler()
            .start(
                name,
                () -> {
                  simulation
                      .trace()
                      .add(name + " drew " + simulation.seams().random().nextInt(100));
                  return --left[0] == 0 ? Next.Signal.DONE : new Next.After(Duration.ofMillis(3));
                });
      }
      SimDiskTest.sync(simulation.disk().create("file")); // completes when the scheduler picks it
      simulation.scheduler().runFor(Duration.ofSeconds(1));
      assertThat(simulation.scheduler().steps()).isGreaterThan(60);
    }
  }

  /** Iterates in the order of identity hashes, which no seed decides. */
  public static final class Undecided implements Scenario {
    /** For the other JVM. */
    public Undecided() {}

    @Override
    public void run(Simulation simulation) {
      Set<Object> objects = new HashSet<>();
      for (int i = 0; i < 50; i++) {
        int number = i;
        objects.add(
            new Object() {
              @Override
              public String toString() {
                return "object " + number;
              }
            });
      }
      objects.forEach(object -> simulation.trace().add(object.toString()));
    }
  }

  /** Fails by itself. */
  public static final class Broken implements Scenario {
    /** For the other JVM. */
    public Broken() {}

    @Override
    public void run(Simulation simulation) {
      throw new IllegalStateException("broken by itself");
    }
  }

  @Test
  void whatTheSeedDecidesIsTheSameInTwoJvms() {
    Determinism.check(Decided.class, 1, 2, 3, 4, 5);
  }

  @Test
  void whatItDoesNotDecideIsNamed() {
    assertThatThrownBy(() -> Determinism.check(Undecided.class, 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("differ first in line 1")
        .hasMessageContaining("object ");
  }

  @Test
  void aScenarioThatFailsSaysWhy() {
    assertThatThrownBy(() -> Determinism.check(Broken.class, 1))
        .hasMessageContaining("broken by itself");
  }
}
