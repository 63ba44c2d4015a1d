package dev.millrace.log.simulation;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.testkit.sim.Determinism;
import dev.millrace.testkit.sim.Simulation;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RuntimeSimulationTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 20_000 : 150;

  @Test
  void whateverCrashesEachEventCountsOnceAndNothingAcknowledgedIsLost() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      try {
        new ShopScenario().run(Simulation.of(seed));
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError("seed " + seed + ": " + failure.getMessage(), failure);
      }
    }
  }

  @Test
  void aReadModelThatLosesTheCheckpointOfACommitIsFound() {
    assertThatThrownBy(() -> new ShopScenario(Forgetful::new).run(Simulation.of(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the projection counted");
  }

  /** Now and then commits the rows without the checkpoint. */
  private static final class Forgetful implements ReadModel<MemoryTables> {
    private final ReadModel<MemoryTables> real;
    private int saves;

    Forgetful(ReadModel<MemoryTables> real) {
      this.real = real;
    }

    @Override
    public <V> V transact(Work<MemoryTables, V> work) throws Exception {
      int before = saves;
      V result = real.transact(work);
      if (saves > before && saves % 5 == 0) {
        throw new IllegalStateException(
            "the answer to a commit was lost, and with it the checkpoint");
      }
      return result;
    }

    @Override
    public Optional<Checkpoint> checkpoint(MemoryTables tables, String context, String processor)
        throws Exception {
      return real.checkpoint(tables, context, processor);
    }

    @Override
    public void save(MemoryTables tables, Checkpoint checkpoint) throws Exception {
      if (++saves % 5 != 0) {
        real.save(tables, checkpoint);
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }

  @Test
  void aSeedRunsTheSameInTwoProcesses() {
    Determinism.check(ShopScenario.class, LongStream.rangeClosed(1, 20).toArray());
  }
}
