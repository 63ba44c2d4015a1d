package dev.millrace.log.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.log.LogEventStore;
import dev.millrace.log.LogOptions;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Stores of one process on one disk, whatever runs first: what waits for one of them is not what
 * another one waits for. How the disk itself is shared is measured elsewhere.
 */
final class SharedDiskTest {
  private static final int SEEDS = Boolean.getBoolean("millrace.nightly") ? 2_000 : 60;
  private static final LogOptions SMALL =
      LogOptions.DEFAULT.withSegmentBytes(64 << 10).withPrepareBytes(4096).withReserveBytes(0);

  /** Each takes a segment of its own, so that it is a group of its own, too. */
  private static final int LARGE = 60_000;

  private static final int FLOOD = 64;

  private static LogEventStore open(Simulation simulation, String name) throws IOException {
    return simulation.await(
        LogEventStore.opening(simulation.disk().folder(name), simulation.seams(), SMALL));
  }

  private static Append append(int number, int bytes) {
    NewEvent event = new NewEvent("happened", 1, List.of(), Bytes.wrap(new byte[bytes]));
    return Append.of(new UUID(1, number), List.of(event));
  }

  /** How many of the flooded store's appends are answered until one of the other is. */
  private static long answeredBefore(long seed) throws IOException {
    Simulation simulation = Simulation.of(seed);
    LogEventStore flooded = open(simulation, "flooded");
    LogEventStore other = open(simulation, "other");
    simulation.await(other.append(append(0, 20)));
    List<CompletableFuture<AppendResult>> flood = new ArrayList<>();
    for (int i = 0; i < FLOOD; i++) {
      flood.add(flooded.append(append(i, LARGE)));
    }
    simulation.await(other.append(append(1, 20)));
    long answered = flood.stream().filter(CompletableFuture::isDone).count();
    flood.forEach(simulation::await);
    simulation.await(flooded.closing());
    simulation.await(other.closing());
    return answered;
  }

  @Test
  void aStoreUnderFullLoadIsNotServedFirst() throws IOException {
    for (long seed = 1; seed <= SEEDS; seed++) {
      assertThat(answeredBefore(seed)).as("seed %d", seed).isLessThanOrEqualTo(FLOOD / 4);
    }
  }
}
