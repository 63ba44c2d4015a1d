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
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Each byte of a small log is changed in turn: below what is proven to have been durable that is
 * damage, refused by name; above it the end counts as torn.
 */
final class DamageTest {
  private static final String SEGMENT = "000000000001.seg";
  private static final int HEADER = 4096;
  private static final int MARKER = 80;

  /** Ends of the groups of the log, the last one's last. */
  private final List<Long> ends = new ArrayList<>();

  /** The same, without the zeros that follow the last frame. */
  private final List<Long> wholeFrom = new ArrayList<>();

  private LogEventStore open(SimDisk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  /** A log of three groups, closed or not. */
  private SimDisk log(boolean closed) throws IOException {
    SimDisk disk = SimDisk.empty();
    LogEventStore store = open(disk);
    for (int i = 0; i < 3; i++) {
      store.append(Workloads.append(i, 40, 0, 10)).join();
      wholeFrom.add(nonZero(disk));
      ends.add(used(disk));
    }
    if (closed) {
      store.close();
      return disk;
    }
    SimDisk left = disk.afterKill(DiskSettings.PLAIN);
    store.close(); // its disk is off: only the worker ends
    return left;
  }

  private static long used(SimDisk disk) throws IOException {
    return (nonZero(disk) + 7) & ~7L;
  }

  private static long nonZero(SimDisk disk) throws IOException {
    DiskFile file = disk.open(SEGMENT);
    byte[] bytes = new byte[(int) file.size()];
    file.read(0, bytes.length).get(bytes);
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static SimDisk flipped(SimDisk disk, long offset) {
    SimDisk copy = disk.afterKill(DiskSettings.PLAIN);
    copy.flip(SEGMENT, offset, 1 << (offset % 8));
    return copy;
  }

  @Test
  void whatAMarkerProvesIsDamagedByAnyFlip() throws IOException {
    SimDisk disk = log(true);
    for (long offset = 0; offset < ends.get(2); offset++) {
      SimDisk damaged = flipped(disk, offset);
      assertThatThrownBy(() -> open(damaged))
          .as("byte %d", offset)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(SEGMENT)
          .hasMessageContaining("log verify");
      assertThatThrownBy(() -> open(damaged)).isInstanceOf(StoreDamagedException.class);
    }
  }

  @Test
  void aFlipInTheMarkerOrAfterItLosesNothing() throws IOException {
    SimDisk disk = log(true);
    for (long offset = ends.get(2); offset < ends.get(2) + MARKER + 64; offset++) {
      LogEventStore store = open(flipped(disk, offset));
      assertThat(store.head()).as("byte %d", offset).isEqualTo(9);
      assertThat(store.recovery().tornFile()).isEqualTo(SEGMENT);
      assertThat(store.recovery().clean()).isFalse();
      store.close();
    }
  }

  @Test
  void withoutAMarkerTheLastGroupIsAmbiguousAndTheReportSaysSo() throws IOException {
    SimDisk disk = log(false);
    for (long offset = HEADER; offset < ends.get(2); offset++) {
      SimDisk changed = flipped(disk, offset);
      if (offset < ends.get(1)) {
        assertThatThrownBy(() -> open(changed))
            .as("byte %d", offset)
            .isInstanceOf(StoreDamagedException.class);
      } else {
        LogEventStore store = open(changed);
        assertThat(store.head()).as("byte %d", offset).isEqualTo(6);
        assertThat(store.recovery().lastGroupProven()).isFalse();
        assertThat(store.recovery().tornFile()).isEqualTo(SEGMENT);
        assertThat(store.recovery().tornOffset()).isEqualTo(ends.get(1));
        store.close();
      }
    }
  }

  /** Four segments, the first of which is as long as the answer. */
  private long severalSegments(SimDisk disk, boolean index) throws IOException {
    LogEventStore store = open(disk);
    for (int i = 0; i < 4; i++) {
      store.append(Workloads.append(i, 3_000)).join();
    }
    store.close();
    store = open(disk); // makes the indexes that the close had no time for
    store.close();
    assertThat(disk.list()).contains("000000000002.seg");
    if (!index) {
      disk.delete("000000000001.idx");
    }
    return used(disk);
  }

  @Test
  void aSealedSegmentIsProvenByTheNextOne() throws IOException {
    SimDisk disk = SimDisk.empty();
    long end = severalSegments(disk, false);
    for (long offset = 0; offset < end; offset += 3) {
      SimDisk damaged = flipped(disk, offset);
      assertThat(
              catchThrowable(() -> {
                try (LogEventStore store = open(damaged)) {
                  Evidence.everything(store);
                }
              }))
          .as("byte %d", offset)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(SEGMENT);
    }
  }

  @Test
  void withoutAnIndexOfADamagedSegmentNothingIsAppended() throws IOException {
    SimDisk disk = SimDisk.empty();
    severalSegments(disk, false);
    try (LogEventStore store = open(flipped(disk, HEADER + 100))) {
      assertThatThrownBy(() -> store.append(Workloads.append(9, 5)).join())
          .hasRootCauseInstanceOf(StoreDamagedException.class);
      assertThat(store.read(Query.all().acrossTenants(), 2, Direction.FORWARD, 10).events())
          .as("what is whole can be read")
          .hasSize(3);
    }
  }

  @Test
  void aSealedSegmentThatNothingHasReadSinceItWasOpenedIsCheckedByItsReaders() throws IOException {
    SimDisk disk = SimDisk.empty();
    long end = severalSegments(disk, true);
    assertThat(disk.list()).contains("000000000001.idx");
    for (long offset = 0; offset < end; offset += 3) {
      SimDisk damaged = flipped(disk, offset);
      assertThat(
              catchThrowable(() -> {
                try (LogEventStore store = open(damaged)) {
                  Evidence.everything(store);
                }
              }))
          .as("byte %d", offset)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(SEGMENT);
    }
  }

  @Test
  void aDamagedIndexIsMadeAgain() throws IOException {
    SimDisk disk = SimDisk.empty();
    severalSegments(disk, true);
    DiskFile index = disk.open("000000000001.idx");
    long size = index.size();
    index.close();
    for (long offset = 0; offset < size; offset++) {
      SimDisk damaged = disk.afterKill(DiskSettings.PLAIN);
      damaged.flip("000000000001.idx", offset, 4);
      try (LogEventStore store = open(damaged)) {
        for (int i = 0; i < 4; i++) {
          assertThat(store.find(Workloads.append(i, 3_000).id())).as("byte %d", offset).isPresent();
          assertThat(tagged(store, i)).as("byte %d", offset).hasSize(1);
        }
        assertThat(Evidence.everything(store)).hasSize(4);
      }
    }
  }

  private static List<RecordedEvent> tagged(LogEventStore store, int number) {
    Query query = Query.tags(new TagValue("n", "" + number));
    return store.read(query, 0, Direction.FORWARD, 10).events();
  }

  /** Whether a frame ends here, perhaps without all of the zeros that follow it. */
  private boolean isEnd(long cut) {
    for (int i = 0; i < ends.size(); i++) {
      if (wholeFrom.get(i) <= cut && cut <= ends.get(i)) {
        return true;
      }
    }
    return cut == HEADER;
  }

  @Test
  void anIndexWhoseSegmentHasNoSuccessorIsDamage() throws IOException {
    SimDisk disk = SimDisk.empty();
    severalSegments(disk, true);
    List<String> segments =
        disk.list().stream().filter(name -> name.endsWith(".seg")).sorted().toList();
    disk.delete(segments.get(segments.size() - 1));
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("successor");
    assertThat(LogFolder.verify(disk).damage())
        .singleElement()
        .satisfies(damage -> assertThat(damage.what()).contains("successor"));
  }

  @Test
  void aCutWithinAFrameIsDamageAndBetweenFramesKeepsTheAppendsBeforeIt() throws IOException {
    SimDisk disk = log(true);
    for (long cut = 0; cut < ends.get(2) + MARKER; cut++) {
      SimDisk copy = disk.afterKill(DiskSettings.PLAIN);
      copy.open(SEGMENT).truncate(cut);
      if (cut < HEADER || !isEnd(cut)) {
        assertThatThrownBy(() -> open(copy))
            .as("cut at %d", cut)
            .isInstanceOf(StoreDamagedException.class);
        if (cut >= HEADER) {
          assertThat(LogFolder.verify(copy).damage()).as("cut at %d", cut).hasSize(1);
        }
      } else {
        LogEventStore store = open(copy);
        long length = cut;
        long whole = ends.stream().filter(end -> end - 7 <= length).count();
        assertThat(store.head()).as("cut at %d", cut).isIn(3 * whole, 3 * (whole - 1));
        assertThat(store.recovery().clean()).isFalse();
        store.append(Workloads.append(9, 5)).join();
        store.close();
      }
    }
  }
}
