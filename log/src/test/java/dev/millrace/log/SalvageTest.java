package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a salvage takes over is the original less the damaged appends, and it is a store. */
final class SalvageTest {
  private static LogEventStore open(Disk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  private static SimDisk store(int appends) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = open(disk)) {
      for (int i = 0; i < appends; i++) {
        store.append(Workloads.append(i, 1_000, 10)).join();
      }
    }
    return disk;
  }

  private static List<RecordedEvent> events(Disk disk) {
    try (LogEventStore store = open(disk)) {
      return Evidence.everything(store);
    }
  }

  private static LogSalvage salvage(Disk source, Disk target) {
    return LogFolder.salvage(source, target, SystemSeams.shared(), LogProgress.NONE);
  }

  private static SimDisk copy(SimDisk disk) {
    return disk.afterKill(DiskSettings.PLAIN);
  }

  /** Whatever is left is a part of the original, in its places, and a store that works. */
  private static List<RecordedEvent> check(LogSalvage salvage, Disk made, List<RecordedEvent> all) {
    assertThat(LogFolder.verify(made).damage()).isEmpty();
    List<RecordedEvent> left = events(made);
    assertThat(all).containsAll(left);
    assertThat(left).isSortedAccordingTo((a, b) -> Long.compare(a.position(), b.position()));
    assertThat(salvage.events()).isEqualTo(left.size());
    TreeSet<Long> gone = new TreeSet<>();
    salvage
        .missing()
        .forEach(range -> {
          for (long position = range.first(); position <= range.last(); position++) {
            gone.add(position);
          }
        });
    assertThat(gone).hasSize((int) salvage.missingPositions());
    for (RecordedEvent event : all) {
      boolean kept = left.contains(event);
      try (LogEventStore store = open(made)) {
        assertThat(kept || gone.contains(event.position()) || event.position() > store.head())
            .as("%s is there or missing", event.position())
            .isTrue();
        assertThat(store.find(event.id().append()).isPresent()).isEqualTo(kept);
      }
    }
    return left;
  }

  @Test
  void aWholeStoreIsTakenOverAsItIsInANewHistory() throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    StoreIdentity before;
    try (LogEventStore store = open(copy(disk))) {
      before = store.identity();
    }
    SimDisk made = SimDisk.empty();

    LogSalvage salvage = salvage(copy(disk), made);

    assertThat(salvage.complete()).isTrue();
    assertThat(salvage.lost()).isEmpty();
    assertThat(check(salvage, made, all)).isEqualTo(all);
    assertThat(made.list()).doesNotContain("unfinished");
    try (LogEventStore store = open(made)) {
      assertThat(store.identity()).isEqualTo(salvage.made());
      assertThat(store.identity().id()).isEqualTo(before.id());
      assertThat(store.identity().epoch()).isGreaterThan(before.epoch());
      assertThat(store.recovery().clean()).isTrue();
    }
  }

  @Test
  void eachDamagedAppendIsMissingAndAllOthersAreThere() throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    DiskFile file = copy(disk).open("000000000002.seg");
    long size = file.size();
    file.close();
    for (long offset = 0; offset < size; offset += 37) {
      SimDisk damaged = copy(disk);
      damaged.flip("000000000002.seg", offset, 1 << (offset % 8));
      SimDisk made = SimDisk.empty();
      LogSalvage salvage = salvage(damaged, made);
      List<RecordedEvent> left = check(salvage, made, all);
      assertThat(left.size()).as("byte %d", offset).isIn(all.size(), all.size() - 2);
      assertThat(all.size() - left.size()).isEqualTo((int) salvage.missingPositions());
      if (left.size() < all.size()) {
        assertThat(salvage.lost())
            .singleElement()
            .satisfies(lost -> {
              assertThat(lost.file()).isEqualTo("000000000002.seg");
              assertThat(lost.from()).isLessThanOrEqualTo(size);
              assertThat(lost.to()).isGreaterThan(lost.from());
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void aDeletedSegmentLeavesAHoleThatReadersPass(int number) throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    SimDisk damaged = copy(disk);
    damaged.delete("00000000000" + number + ".seg");
    SimDisk made = SimDisk.empty();

    LogSalvage salvage = salvage(damaged, made);

    List<RecordedEvent> left = check(salvage, made, all);
    assertThat(left).hasSizeBetween(1, all.size() - 1);
    assertThat(salvage.missing()).hasSize(1);
    assertThat(salvage.lost()).extracting(LogSalvage.Lost::what).contains("the segment is missing");
    readersPassTheHole(made, left, salvage.missing().get(0));
  }

  private static void readersPassTheHole(
      Disk made, List<RecordedEvent> left, LogSalvage.Missing hole) {
    try (LogEventStore store = open(made)) {
      Query all = Query.all();
      for (long from = 0; from <= store.head() + 1; from++) {
        long start = from;
        assertThat(store.read(all, from, Direction.FORWARD, 100).events())
            .isEqualTo(left.stream().filter(event -> event.position() >= start).toList());
        assertThat(store.read(all, from, Direction.BACKWARD, 100).events())
            .isEqualTo(left.stream().filter(e -> e.position() <= start).toList().reversed());
      }
      Subscription subscription = store.subscribe(all, 0);
      List<RecordedEvent> followed = new ArrayList<>();
      for (EventPage page = subscription.poll(1); ; page = subscription.poll(1)) {
        followed.addAll(page.events());
        if (page.examined() == store.head()) {
          break;
        }
      }
      subscription.close();
      assertThat(followed).isEqualTo(left);
      conditionsLookBeyondTheHole(store, left, hole);
    }
  }

  private static void conditionsLookBeyondTheHole(
      LogEventStore store, List<RecordedEvent> left, LogSalvage.Missing hole) {
    for (RecordedEvent event : left) {
      TagValue tag = event.tags().get(0);
      Append append = Workloads.append(50, 1);
      for (long after : new long[] {0, hole.first() - 1, hole.first(), hole.last()}) {
        boolean newer = left.stream().anyMatch(e -> e.position() > after && e.tags().contains(tag));
        if (newer) {
          assertThat(
                  store
                      .append(append.onlyIf(AppendCondition.noneMatching(Query.tags(tag), after)))
                      .join())
              .isInstanceOf(Conflict.class);
        }
      }
    }
    AppendCondition neverSeen =
        AppendCondition.noneMatching(Query.tags(new TagValue("never", "seen")), 0);
    Append append = Workloads.append(60, 1).onlyIf(neverSeen);
    long head = store.head();
    Appended appended = (Appended) store.append(append).join();
    assertThat(appended.first()).isEqualTo(head + 1);
  }

  @Test
  void aSegmentOfAnotherStoreIsLeftOut() throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    SimDisk damaged = copy(disk);
    replace(damaged, "000000000002.seg", bytes(store(12), "000000000002.seg"));
    SimDisk made = SimDisk.empty();

    LogSalvage salvage = salvage(damaged, made);

    List<RecordedEvent> left = check(salvage, made, all);
    assertThat(left).hasSizeLessThan(all.size());
    assertThat(salvage.lost()).extracting(LogSalvage.Lost::file).contains("000000000002.seg");
    assertThat(salvage.lost().toString()).contains("belongs to store");
  }

  @Test
  void anAppendThatStandsTwiceIsTakenOnce() throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    SimDisk damaged = copy(disk);
    byte[] first = bytes(copy(damaged), "000000000001.seg");
    damaged = copy(damaged);
    replace(damaged, "000000000003.seg", first);
    SimDisk made = SimDisk.empty();

    LogSalvage salvage = salvage(damaged, made);

    check(salvage, made, all);
    assertThat(salvage.lostPlaces()).isPositive();
  }

  private static byte[] bytes(SimDisk disk, String name) throws IOException {
    DiskFile file = disk.open(name);
    byte[] bytes = new byte[(int) file.size()];
    file.read(0, bytes.length).get(bytes);
    file.close();
    return bytes;
  }

  private static void replace(SimDisk disk, String name, byte[] bytes) throws IOException {
    disk.delete(name);
    DiskFile file = disk.create(name);
    file.write(0, ByteBuffer.wrap(bytes), failed -> assertThat(failed).isNull());
    file.close();
  }

  @Test
  void manyRandomDamagesLeaveWhatIsWhole() throws IOException {
    SimDisk disk = store(12);
    List<RecordedEvent> all = events(copy(disk));
    for (long seed = 1; seed <= 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      SimDisk damaged = copy(disk);
      List<String> names = damaged.list().stream().filter(name -> name.endsWith(".seg")).toList();
      for (int i = random.nextInt(1, 6); i > 0; i--) {
        String name = names.get(random.nextInt(names.size()));
        DiskFile file = damaged.open(name);
        switch (random.nextInt(4)) {
          case 0 -> file.truncate(random.nextLong(file.size() + 1));
          default -> {
            if (file.size() > 0) {
              damaged.flip(name, random.nextLong(file.size()), 1 << random.nextInt(8));
            }
          }
        }
      }
      SimDisk made = SimDisk.empty();
      try {
        check(salvage(damaged, made), made, all);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  @Test
  void aStoreWithoutAnyWholeHeaderGetsANewIdAndKeepsItsEvents() {
    SimDisk disk = store(1);
    List<RecordedEvent> all = events(copy(disk));
    SimDisk damaged = copy(disk);
    damaged.flip("000000000001.seg", 20, 1);
    SimDisk made = SimDisk.empty();

    LogSalvage salvage = salvage(damaged, made);

    assertThat(salvage.source()).isNull();
    assertThat(events(made)).isEqualTo(all);
  }

  @Test
  void theSourceIsNotTouchedAndAnOccupiedTargetIsRefused() throws IOException {
    SimDisk disk = store(3);
    disk.flip("000000000001.seg", 5000, 1);
    long calls = disk.pendingChanges();
    salvage(disk, SimDisk.empty());
    assertThat(disk.pendingChanges()).isEqualTo(calls);

    SimDisk occupied = SimDisk.empty();
    occupied.create("notes.txt").close();
    assertThatThrownBy(() -> salvage(disk, occupied))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("notes.txt");
    assertThat(occupied.list()).containsExactly("notes.txt");
    assertThatThrownBy(() -> salvage(SimDisk.empty(), SimDisk.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no log store");
    SimDisk whole = store(1);
    try (LogEventStore store = open(whole)) {
      assertThat(store.head()).isPositive();
      assertThatThrownBy(() -> salvage(whole, SimDisk.empty()))
          .isInstanceOf(StoreLockedException.class);
    }
  }

  @Test
  void aCopyThatWasCutShortIsNeverOpened() {
    int[] whole = new int[1];
    int checked =
        DiskCuts.of(
                () -> new UUID[1],
                (simulation, done) -> {
                  LogEventStore store = open(simulation);
                  for (int i = 0; i < 5; i++) {
                    simulation.await(store.append(Workloads.append(i, 1_500)));
                  }
                  simulation.await(store.closing());
                  Disk made = simulation.disk().folder("made");
                  CompletableFuture<Void> there = new CompletableFuture<>();
                  simulation
                      .disk()
                      .sync(failed -> {
                        if (failed == null) {
                          there.complete(null);
                        } else {
                          there.completeExceptionally(failed);
                        }
                      });
                  simulation.await(there);
                  simulation.await(
                      LogFolder.salvaging(
                          simulation.disk(), made, simulation.seams(), LogProgress.NONE));
                  done[0] = new UUID(1, 1);
                },
                (restarted, done, cut) -> {
                  Disk made = restarted.disk().folder("made");
                  boolean there = made.list().stream().anyMatch(name -> name.endsWith(".seg"));
                  if (made.list().contains("unfinished")) {
                    assertThatThrownBy(() -> LogFolder.verify(made))
                        .isInstanceOf(StoreFailedException.class)
                        .hasMessageContaining("not finished");
                  } else if (there) {
                    assertThat(LogFolder.verify(made).ok()).isTrue();
                    assertThat(LogFolder.verify(made).appends()).isEqualTo(5);
                    whole[0]++;
                  } else {
                    assertThat(done[0]).isNull();
                  }
                })
            .maxImages(3)
            .forEachCut(7);
    assertThat(checked).isPositive();
    assertThat(whole[0]).isPositive();
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }
}
