package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.log.internal.ForwardingDisk;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * What a look-up of a few events needs from the disk is asked for before any of it is waited for.
 */
final class ReadAheadTest {
  private static final int SEGMENTS = 12;
  private static final int FILLING = 7_000; // most of a tiny segment
  private static final int FIRST_FRAME = 4096;

  /** Of the entity's event in the first segment, without zeros behind it. */
  private static final int FRAME_BYTES = 130;

  private static final TagValue ENTITY = new TagValue("entity", "1");

  private final Simulation simulation = Simulation.of(3);
  private final List<String> calls = new ArrayList<>();

  /** Notes what is asked of segments. */
  private final class NotingDisk extends ForwardingDisk {
    NotingDisk(Disk disk) {
      super(disk);
    }

    @Override
    public DiskFile open(String name) throws IOException {
      DiskFile file = super.open(name);
      return name.endsWith(".seg") ? new NotingFile(file) : file;
    }
  }

  private final class NotingFile extends ForwardingFile {
    NotingFile(DiskFile file) {
      super(file);
    }

    @Override
    public ByteBuffer pick(long offset, int length) throws IOException {
      calls.add("look at " + name());
      return super.pick(offset, length);
    }

    @Override
    public void prefetch(long offset, int length) {
      calls.add("expect " + name());
      super.prefetch(offset, length);
    }
  }

  private LogEventStore open(Disk disk) {
    return simulation.await(LogEventStore.opening(disk, simulation.seams(), Workloads.TINY));
  }

  /** One event of the entity in each of many segments. */
  private SimDisk disk() {
    SimDisk disk = simulation.disk();
    LogEventStore store = open(disk);
    for (int i = 0; i < SEGMENTS; i++) {
      append(store, i, List.of(ENTITY), 10);
      append(store, SEGMENTS + i, List.of(), FILLING);
    }
    simulation.scheduler().runUntilIdle();
    simulation.await(store.closing());
    return disk;
  }

  private LogEventStore history() {
    LogEventStore again = open(new NotingDisk(disk()));
    simulation.scheduler().runUntilIdle();
    calls.clear();
    return again;
  }

  private void append(LogEventStore store, int number, List<TagValue> tags, int bytes) {
    NewEvent event = new NewEvent("happened", 1, tags, Bytes.wrap(new byte[bytes]));
    simulation.await(store.append(Append.of(new UUID(1, number), List.of(event))));
  }

  private static List<RecordedEvent> read(
      LogEventStore store, long from, Direction direction, int limit) {
    return store.read(Query.tags(ENTITY), from, direction, limit).events();
  }

  /** Calls before the first look at a segment. */
  private long expected() {
    return calls.stream().takeWhile(call -> call.startsWith("expect ")).distinct().count();
  }

  @Test
  void theEventsOfAnEntityAreReadSideBySide() {
    LogEventStore store = history();
    assertThat(read(store, 1, Direction.FORWARD, 100)).hasSize(SEGMENTS);
    assertThat(expected()).isGreaterThanOrEqualTo(SEGMENTS - 1); // the last is in memory
    calls.clear();
    assertThat(read(store, Long.MAX_VALUE, Direction.BACKWARD, 100)).hasSize(SEGMENTS);
    assertThat(expected()).isGreaterThanOrEqualTo(SEGMENTS - 1);
  }

  @Test
  void noMoreIsReadThanIsWantedFromWhereItIsWanted() {
    LogEventStore store = history();
    List<RecordedEvent> all = read(store, 1, Direction.FORWARD, 100);
    calls.clear();
    assertThat(read(store, all.get(3).position(), Direction.FORWARD, 2))
        .containsExactly(all.get(3), all.get(4));
    assertThat(expected()).isEqualTo(2);
    calls.clear();
    assertThat(read(store, all.get(3).position(), Direction.BACKWARD, 2))
        .containsExactly(all.get(3), all.get(2));
    assertThat(expected()).isEqualTo(2);
  }

  /** Lengths and distances that are damaged are followed before anything is checked. */
  @Test
  void damageIsFoundByTheLookUpAndNotByWhatGoesBeforeIt() {
    SimDisk disk = disk();
    int found = 0;
    for (int offset = FIRST_FRAME; offset < FIRST_FRAME + FRAME_BYTES; offset++) {
      for (int bit = 1; bit < 256; bit *= 2) {
        SimDisk damaged = disk.afterKill(DiskSettings.PLAIN);
        damaged.flip("000000000001.seg", offset, bit);
        LogEventStore store = open(damaged);
        Throwable thrown = catchThrowable(() -> read(store, 1, Direction.FORWARD, 100));
        assertThat(thrown)
            .as("byte %d, bit %d", offset, bit)
            .isInstanceOf(StoreDamagedException.class);
        found++;
        simulation.await(store.closing());
      }
    }
    assertThat(found).isEqualTo(FRAME_BYTES * 8);
  }
}
