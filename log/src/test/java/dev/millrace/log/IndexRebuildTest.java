package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Index files that are lost under an open store are not missed, and made again later. */
final class IndexRebuildTest {
  private static final int APPENDS = 6;

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }

  private static List<String> indexes(SimDisk disk) throws IOException {
    return disk.list().stream().filter(name -> name.endsWith(".idx")).toList();
  }

  /** A store of several segments whose index files are all made. */
  private static Simulation store() throws IOException {
    Simulation simulation = Simulation.of(1);
    LogEventStore store = open(simulation);
    for (int i = 0; i < APPENDS; i++) {
      simulation.await(store.append(Workloads.append(i, 3_000, 10)));
    }
    simulation.scheduler().runUntilIdle();
    simulation.await(store.closing());
    assertThat(indexes(simulation.disk())).hasSizeGreaterThan(1);
    return simulation;
  }

  private static void assertServes(Simulation simulation, LogEventStore store, int appends) {
    for (int number = 0; number < appends; number++) {
      TagValue tag = new TagValue("n", "" + number);
      List<RecordedEvent> found = store.read(Query.tags(tag), 1, Direction.FORWARD, 100).events();
      assertThat(found).as("%s", tag).isNotEmpty().allMatch(event -> event.tags().contains(tag));
      assertThat(store.find(new UUID(7, number + 1))).isPresent();
      assertThat(
              ((Appended) simulation.await(store.append(Workloads.append(number, 3_000, 10))))
                  .repeated())
          .isTrue();
    }
  }

  @Test
  void anIndexThatIsDeletedUnderAnOpenStoreIsNotMissedAndMadeAgainLater() throws IOException {
    Simulation simulation = store().afterKill(2);
    LogEventStore store = open(simulation);
    List<String> indexes = indexes(simulation.disk());
    for (String index : indexes) {
      simulation.disk().delete(index);
    }
    assertServes(simulation, store, APPENDS);
    simulation.await(store.closing());
    Simulation next = simulation.afterKill(3);
    LogEventStore again = open(next);
    assertServes(next, again, APPENDS);
    next.await(again.closing());
    assertThat(indexes(next.disk())).as("made again").isNotEmpty();
    assertThat(open(next.afterKill(4)).recovery().rebuiltIndexes()).isZero();
  }
}
