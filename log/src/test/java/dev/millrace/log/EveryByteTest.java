package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.SmallLog.Frame;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * Every bit of a small log is flipped and every file cut at every byte. For each there is one
 * outcome, and these tests say which: what was proven to be durable is refused with its place;
 * above that the end is cut off and reported; what can be made again is made again; what can be
 * done without counts as absent. Nothing gives a wrong answer.
 *
 * <p>By day one bit of each byte, another for each next byte; nightly all eight.
 */
final class EveryByteTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");

  /** Of the header's zeros, which one checksum covers, not all are tried by day. */
  private static final int HEADER_STEP = NIGHTLY ? 1 : 7;

  private static final int MARKER = 80;

  /** Of a sealed segment, which has one outcome for each of its frames. */
  private static final int SEALED_STEP = NIGHTLY ? 1 : 5;

  /** What happens to a place. */
  @FunctionalInterface
  private interface Outcome {
    void check(long offset, int bit) throws IOException;
  }

  private static void flips(long from, long to, int step, Outcome outcome) throws IOException {
    for (long offset = from; offset < to; offset += step) {
      for (int bit = 0; bit < 8; bit++) {
        if (NIGHTLY || bit == (int) (offset % 8)) {
          outcome.check(offset, bit);
        }
      }
    }
  }

  private LogEventStore open(SimDisk disk) {
    return SmallLog.open(Simulation.of(1), disk);
  }

  private void assertRefused(SimDisk disk, String file, long place, String what) {
    assertThatThrownBy(() -> open(disk))
        .as(what)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(file)
        .hasMessageContaining("at offset " + place + ":");
    assertThat(LogFolder.verify(disk).damage())
        .as(what)
        .anySatisfy(damage -> {
          assertThat(damage.file()).isEqualTo(file);
          assertThat(damage.offset()).isEqualTo(place);
        });
  }

  private void assertCutOff(
      SimDisk disk,
      List<RecordedEvent> left,
      String file,
      long place,
      boolean proven,
      String what) {
    LogEventStore store = open(disk);
    assertThat(Evidence.everything(store)).as(what).isEqualTo(left);
    assertThat(store.recovery().tornFile()).as(what).isEqualTo(file);
    assertThat(store.recovery().tornOffset()).as(what).isEqualTo(place);
    assertThat(store.recovery().lastGroupProven()).as(what).isEqualTo(proven);
    assertThat(store.recovery().clean()).as(what).isFalse();
  }

  /** Takes away what was written from an offset on. */
  private static void zeros(SimDisk disk, String file, long from) throws IOException {
    DiskFile opened = disk.open(file);
    opened.write(from, ByteBuffer.allocate((int) (opened.size() - from)), failed -> {});
    opened.close();
  }

  private static Frame frameOf(List<Frame> frames, long offset) {
    return frames.stream().filter(frame -> frame.holds(offset)).findFirst().orElseThrow();
  }

  @Test
  void theLogIsOfTheKindsThatMatter() throws IOException {
    SmallLog closed = SmallLog.closed();
    assertThat(closed.frames(SmallLog.SEALED)).hasSizeGreaterThanOrEqualTo(2);
    List<Frame> active = closed.frames(SmallLog.ACTIVE);
    assertThat(active).extracting(Frame::marker).containsExactly(false, false, false, false, true);
    assertThat(active.get(1).group())
        .as("two appends of one group")
        .isEqualTo(active.get(2).group());
    assertThat(SmallLog.killed().frames(SmallLog.ACTIVE)).noneMatch(Frame::marker).hasSize(4);
    LogEventStore store = open(closed.copy());
    assertThat(store.recovery().clean()).isTrue();
    assertThat(store.recovery().lastGroupProven()).isTrue();
    LogEventStore killed = open(SmallLog.killed().copy());
    assertThat(killed.recovery().tornFile()).isNull();
    assertThat(killed.recovery().lastGroupProven()).as("nothing proves it").isFalse();
    assertThat(Evidence.everything(killed)).hasSize(closed.events().size());
  }

  @Test
  void aFlipInTheActiveSegmentWithAMarker() throws IOException {
    SmallLog log = SmallLog.closed();
    String file = SmallLog.ACTIVE;
    List<Frame> frames = log.frames(file);
    Frame marker = frames.get(frames.size() - 1);
    flips(
        0,
        SmallLog.HEADER,
        HEADER_STEP,
        (offset, bit) ->
            assertRefused(log.flipped(file, offset, bit), file, 0, "bit " + bit + " of " + offset));
    flips(
        SmallLog.HEADER,
        marker.start(),
        1,
        (offset, bit) ->
            assertRefused(
                log.flipped(file, offset, bit),
                file,
                frameOf(frames, offset).start(),
                "bit " + bit + " of " + offset));
    flips(
        marker.start(),
        marker.start() + MARKER,
        1,
        (offset, bit) ->
            assertCutOff(
                log.flipped(file, offset, bit),
                log.events(),
                file,
                marker.start(),
                false,
                "bit " + bit + " of " + offset));
    flips(
        marker.start() + MARKER,
        log.size(file),
        1,
        (offset, bit) ->
            assertCutOff(
                log.flipped(file, offset, bit),
                log.events(),
                file,
                marker.start() + MARKER,
                true,
                "bit " + bit + " of " + offset));
  }

  @Test
  void aFlipInTheActiveSegmentWithoutAMarker() throws IOException {
    SmallLog log = SmallLog.killed();
    String file = SmallLog.ACTIVE;
    List<Frame> frames = log.frames(file);
    Frame last = frames.get(frames.size() - 1);
    flips(
        SmallLog.HEADER,
        last.durable(),
        1,
        (offset, bit) ->
            assertRefused(
                log.flipped(file, offset, bit),
                file,
                frameOf(frames, offset).start(),
                "bit " + bit + " of " + offset));
    flips(
        last.durable(),
        last.aligned(),
        1,
        (offset, bit) -> {
          Frame torn = frameOf(frames, offset);
          assertCutOff(
              log.flipped(file, offset, bit),
              log.eventsBefore(torn.first()),
              file,
              torn.start(),
              false,
              "bit " + bit + " of " + offset);
        });
    flips(
        last.aligned(),
        log.size(file),
        1,
        (offset, bit) ->
            assertCutOff(
                log.flipped(file, offset, bit),
                log.events(),
                file,
                last.aligned(),
                false,
                "bit " + bit + " of " + offset));
  }

  @Test
  void aFlipInTheSecondAppendOfTheLastGroupLeavesTheFirst() throws IOException {
    SmallLog log = SmallLog.killed();
    List<Frame> frames = log.frames(SmallLog.ACTIVE);
    Frame second = frames.get(2);
    flips(
        second.start(),
        second.aligned(),
        1,
        (offset, bit) -> {
          SimDisk copy = log.flipped(SmallLog.ACTIVE, offset, bit);
          zeros(copy, SmallLog.ACTIVE, frames.get(3).start()); // the group of two is the last
          assertCutOff(
              copy,
              log.eventsBefore(second.first()),
              SmallLog.ACTIVE,
              second.start(),
              false,
              "bit " + bit + " of " + offset);
        });
  }

  @Test
  void aCutOfTheActiveSegment() throws IOException {
    for (SmallLog log : List.of(SmallLog.closed(), SmallLog.killed())) {
      String file = SmallLog.ACTIVE;
      List<Frame> frames = log.frames(file);
      Frame last = frames.get(frames.size() - 1);
      long whole = log.size(file);
      for (long size = 0; size <= whole; size++) {
        boolean inside = SmallLog.HEADER <= size && size <= last.end() + MARKER;
        if (!NIGHTLY && !inside && size % 64 != 0) {
          continue; // by day not every byte of the header's zeros, and of those after the frames
        }
        SimDisk disk = log.cut(file, size);
        String what = "cut at " + size;
        long cut = size;
        if (size < SmallLog.HEADER) {
          assertRefused(disk, file, 0, what);
        } else if (size >= last.end()) {
          assertThat(Evidence.everything(open(disk))).as(what).isEqualTo(log.events());
        } else {
          Frame at = frames.stream().filter(f -> cut < f.end()).findFirst().orElseThrow();
          boolean between = cut <= at.start(); // a frame's end, perhaps less the zeros after it
          if (between) {
            LogEventStore store = open(disk);
            long position = at.first();
            assertThat(Evidence.everything(store)).as(what).isEqualTo(log.eventsBefore(position));
            assertThat(store.recovery().lastGroupProven())
                .as(what)
                .isEqualTo(at.start() == SmallLog.HEADER);
          } else {
            assertRefused(disk, file, at.start(), what);
          }
        }
      }
    }
  }

  @Test
  void aFlipInASealedSegmentIsMetByWhoReadsThere() throws IOException {
    SmallLog log = SmallLog.closed();
    String file = SmallLog.SEALED;
    List<Frame> frames = log.frames(file);
    Frame last = frames.get(frames.size() - 1);
    flips(
        0,
        SmallLog.HEADER,
        HEADER_STEP,
        (offset, bit) ->
            assertRefused(log.flipped(file, offset, bit), file, 0, "bit " + bit + " of " + offset));
    flips(
        SmallLog.HEADER,
        last.aligned(),
        SEALED_STEP,
        (offset, bit) -> {
          String what = "bit " + bit + " of " + offset;
          LogEventStore store = open(log.flipped(file, offset, bit));
          Frame damaged = frameOf(frames, offset);
          for (RecordedEvent event : log.events()) {
            long position = event.position();
            boolean inside =
                damaged.first() <= position && position < damaged.first() + damaged.events();
            Throwable thrown =
                catchThrowable(() ->
                    assertThat(store.read(Query.all(), position, Direction.FORWARD, 1).events())
                        .as(what)
                        .containsExactly(event));
            if (inside) {
              assertThat(thrown)
                  .as(what)
                  .isInstanceOf(StoreDamagedException.class)
                  .hasMessageContaining(file);
            } else {
              assertThat(thrown).as(what).isNull();
            }
          }
        });
  }

  @Test
  void aFlipOrACutInASealedSegmentWithoutAnIndexIsMetByWhoReadsIt() throws IOException {
    SmallLog log = SmallLog.closed();
    String file = SmallLog.SEALED;
    List<Frame> frames = log.frames(file);
    Frame last = frames.get(frames.size() - 1);
    flips(
        SmallLog.HEADER,
        last.aligned(),
        SEALED_STEP,
        (offset, bit) -> {
          SimDisk disk = log.flipped(file, offset, bit);
          disk.delete(SmallLog.INDEX);
          assertMet(disk, file, frameOf(frames, offset).start(), "bit " + bit + " of " + offset);
        });
    for (long size = 0; size < last.aligned(); size += SEALED_STEP) {
      SimDisk disk = log.cut(file, size);
      disk.delete(SmallLog.INDEX);
      assertMet(disk, file, size, "cut at " + size);
    }
  }

  /** Opening or reading everything refuses, and the tool names a place at or before the damage. */
  private void assertMet(SimDisk disk, String file, long place, String what) {
    assertThatThrownBy(() -> Evidence.everything(open(disk)))
        .as(what)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(file);
    assertThat(LogFolder.verify(disk.afterKill(DiskSettings.PLAIN)).damage())
        .as(what)
        .anySatisfy(damage -> {
          assertThat(damage.file()).isEqualTo(file);
          assertThat(damage.offset()).isLessThanOrEqualTo(place);
        });
  }

  @Test
  void aFlipOrACutInAnIndexIsMadeAgain() throws IOException {
    SmallLog log = SmallLog.closed();
    long size = log.size(SmallLog.INDEX);
    flips(
        0,
        size,
        1,
        (offset, bit) ->
            assertAnswers(
                log, log.flipped(SmallLog.INDEX, offset, bit), "bit " + bit + " of " + offset));
    for (long cut = 0; cut < size; cut++) {
      assertAnswers(log, log.cut(SmallLog.INDEX, cut), "cut at " + cut);
    }
  }

  private void assertAnswers(SmallLog log, SimDisk disk, String what) {
    LogEventStore store = open(disk);
    assertThat(Evidence.everything(store)).as(what).isEqualTo(log.events());
    for (int number = 0; number < 6; number++) {
      TagValue tag = new TagValue("n", "" + number);
      assertThat(store.read(Query.tags(tag), 1, Direction.FORWARD, 100).events())
          .as(what)
          .isEqualTo(log.events().stream().filter(event -> event.tags().contains(tag)).toList());
      assertThat(store.find(new UUID(7, number + 1))).as(what).isPresent();
    }
    assertThat(store.find(new UUID(7, 99))).as(what).isEmpty();
  }

  @Test
  void aFlipOrACutInASnapshotMakesItAbsent() throws IOException {
    SmallLog log = SmallLog.closed();
    String name =
        log.copy().folder("snapshots").list().stream()
            .filter(file -> file.endsWith(".snap"))
            .findFirst()
            .orElseThrow();
    assertThat(open(log.copy()).snapshots().find(SmallLog.KEY)).isPresent();
    long size = log.copy().folder("snapshots").open(name).size();
    flips(
        0,
        size,
        1,
        (offset, bit) -> {
          SimDisk disk = log.copy();
          ((SimDisk) disk.folder("snapshots")).flip(name, offset, 1 << bit);
          assertThat(open(disk).snapshots().find(SmallLog.KEY))
              .as("%s of %s", bit, offset)
              .isEmpty();
        });
    for (long cut = 0; cut < size; cut++) {
      SimDisk disk = log.copy();
      disk.folder("snapshots").open(name).truncate(cut);
      assertThat(open(disk).snapshots().find(SmallLog.KEY)).as("cut at %s", cut).isEmpty();
    }
  }

  @Test
  void aFlipOrACutInABackupIsNeverRestored() throws IOException {
    SimDisk backup = SimDisk.empty();
    List<String> names;
    LogFolder.backup(SmallLog.closed().copy(), backup, SystemSeams.shared(), LogProgress.NONE);
    names = backup.list();
    for (String name : names) {
      long size = backup.afterKill(DiskSettings.PLAIN).open(name).size();
      int step = name.equals("backup.manifest") || NIGHTLY ? 1 : 5;
      flips(
          0,
          size,
          step,
          (offset, bit) -> {
            SimDisk copy = backup.afterKill(DiskSettings.PLAIN);
            copy.flip(name, offset, 1 << bit);
            assertNotRestored(copy, name, "bit " + bit + " of " + offset + " of " + name);
          });
      for (long cut = 0; cut < size; cut += step) {
        SimDisk copy = backup.afterKill(DiskSettings.PLAIN);
        copy.open(name).truncate(cut);
        assertNotRestored(copy, name, "cut at " + cut + " of " + name);
      }
    }
  }

  private static void assertNotRestored(SimDisk backup, String name, String what)
      throws IOException {
    SimDisk made = SimDisk.empty();
    assertThatThrownBy(
            () -> LogFolder.restore(backup, made, SystemSeams.shared(), LogProgress.NONE))
        .as(what)
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining(name);
    if (!made.list().isEmpty()) {
      assertThatThrownBy(() -> LogEventStore.open(made, SystemSeams.shared(), Workloads.TINY))
          .as("a store that was begun from it, after " + what)
          .isNotNull();
    }
  }
}
