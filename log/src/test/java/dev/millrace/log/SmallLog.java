package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A log with a sealed segment, its index, and an active one of three groups, the second of which
 * has two appends; closed, so that a marker proves the last group, or killed before one was
 * written.
 */
final class SmallLog {
  static final String SEALED = "000000000001.seg";
  static final String INDEX = "000000000001.idx";
  static final String ACTIVE = "000000000002.seg";
  static final int HEADER = 4096;
  static final SnapshotKey KEY = new SnapshotKey("view", 1, "print", Tenant.DEFAULT, "key");

  private final SimDisk disk;
  private final List<RecordedEvent> events;

  private SmallLog(SimDisk disk, List<RecordedEvent> events) {
    this.disk = disk;
    this.events = events;
  }

  /**
   * A frame of a file, as the format draws it.
   *
   * @param end without the zeros that follow
   */
  record Frame(long start, long end, long group, long durable, int kind, long first, int events) {
    boolean marker() {
      return kind == 2;
    }

    long aligned() {
      return (end + 7) & ~7L;
    }

    boolean holds(long offset) {
      return start <= offset && offset < aligned();
    }
  }

  static SmallLog closed() {
    return make(true);
  }

  static SmallLog killed() {
    return make(false);
  }

  private static SmallLog make(boolean closed) {
    Simulation simulation = Simulation.of(1);
    SimDisk disk = SimDisk.empty();
    LogEventStore store = open(simulation, disk);
    append(simulation, store, Workloads.append(0, 1_500));
    append(simulation, store, Workloads.append(1, 1_700, 0));
    append(simulation, store, Workloads.append(2, 700));
    append(simulation, store, Workloads.append(3, 40), Workloads.append(4, 0, 10));
    append(simulation, store, Workloads.append(5, 61));
    simulation.await(
        store
            .snapshots()
            .save(new Snapshot(KEY, store.identity(), store.head(), Bytes.utf8("state"))));
    simulation.scheduler().runUntilIdle(); // makes the index
    List<RecordedEvent> events = Evidence.everything(store);
    if (closed) {
      simulation.await(store.closing());
      return new SmallLog(disk, events);
    }
    return new SmallLog(disk.afterKill(DiskSettings.PLAIN), events);
  }

  private static void append(Simulation simulation, LogEventStore store, Append... appends) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (Append append : appends) {
      answers.add(store.append(append));
    }
    answers.forEach(simulation::await);
  }

  static LogEventStore open(Simulation simulation, SimDisk disk) {
    return simulation.await(LogEventStore.opening(disk, simulation.seams(), Workloads.TINY));
  }

  /** A copy that may be changed. */
  SimDisk copy() {
    return disk.afterKill(DiskSettings.PLAIN);
  }

  SimDisk flipped(String file, long offset, int bit) {
    SimDisk copy = copy();
    copy.flip(file, offset, 1 << bit);
    return copy;
  }

  SimDisk cut(String file, long size) throws IOException {
    SimDisk copy = copy();
    copy.open(file).truncate(size);
    return copy;
  }

  long size(String file) throws IOException {
    return copy().open(file).size();
  }

  List<RecordedEvent> events() {
    return events;
  }

  /** The events before a position. */
  List<RecordedEvent> eventsBefore(long position) {
    return events.stream().filter(event -> event.position() < position).toList();
  }

  List<Frame> frames(String file) throws IOException {
    DiskFile opened = copy().open(file);
    byte[] bytes = new byte[(int) opened.size()];
    opened.read(0, bytes.length).get(bytes);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    List<Frame> frames = new ArrayList<>();
    for (int at = HEADER; at + 80 <= bytes.length && in.getInt(at + 4) != 0; ) {
      frames.add(
          new Frame(
              at,
              at + in.getInt(at + 4),
              in.getLong(at + 16),
              in.getLong(at + 24),
              in.get(at + 32),
              in.getLong(at + 40),
              in.getInt(at + 36)));
      at = (int) frames.get(frames.size() - 1).aligned();
    }
    assertThat(frames).isNotEmpty();
    return frames;
  }
}
