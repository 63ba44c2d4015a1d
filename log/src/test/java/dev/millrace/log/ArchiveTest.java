package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreArchiveException;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.internal.ArchivedDisk;
import dev.millrace.log.spi.Archive;
import dev.millrace.log.wiring.RealDisk;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is archived is still in the store, and the store is never less than it was. */
final class ArchiveTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final String PLACE = "sim:archive";
  private static final ArchivePolicy ALL = ArchivePolicy.keeping(PLACE, 0);

  /** An archive that can be out of reach, or slow. */
  private static final class Remote implements Archive {
    private final Archive archive;
    private boolean away;
    private CountDownLatch open = new CountDownLatch(0);
    private int gets;

    Remote(Disk folder) {
      this.archive = FolderArchive.in(folder, PLACE);
    }

    @Override
    public String location() {
      return PLACE;
    }

    @Override
    public CompletableFuture<Void> put(String name, DiskFile file, int length) {
      return away
          ? CompletableFuture.failedFuture(new IOException("out of reach"))
          : archive.put(name, file, length);
    }

    @Override
    public ByteBuffer get(String name, long offset, int length) throws IOException {
      gets++;
      try {
        open.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (away) {
        throw new IOException("out of reach");
      }
      return archive.get(name, offset, length);
    }

    @Override
    public OptionalLong size(String name) throws IOException {
      return archive.size(name);
    }
  }

  private final SimDisk disk = SimDisk.empty();
  private final SimDisk far = SimDisk.empty();
  private final Remote remote = new Remote(far);

  private LogEventStore open() {
    return open(disk, remote);
  }

  private static LogEventStore open(Disk disk, Archive archive) {
    return LogEventStore.open(
        ArchivedDisk.of(disk, location -> archive, 4), SystemSeams.shared(), Workloads.TINY);
  }

  private static void fill(LogEventStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(Workloads.append(i, 1_500, 10)).join();
    }
  }

  private static long bytes(Disk disk) throws IOException {
    long bytes = 0;
    for (String name : disk.list()) {
      DiskFile file = disk.open(name);
      bytes += name.endsWith(".seg") ? file.size() : 0;
      file.close();
    }
    return bytes;
  }

  @Test
  void whatIsArchivedLeavesTheDiskAndIsStillRead() throws IOException {
    List<RecordedEvent> before;
    LogArchival archival;
    int archived;
    try (LogEventStore store = open()) {
      fill(store, 0, 20);
      before = Evidence.everything(store);
      long local = bytes(disk);
      archival = store.archive(ALL, LogProgress.NONE).join();
      assertThat(archival.movedSegments()).isEqualTo(archival.segments() - 1).isGreaterThan(3);
      assertThat(archival.archivedBytes()).isEqualTo(archival.movedBytes());
      assertThat(bytes(disk)).isLessThan(local / 2 + 4096L * archival.segments());
      assertThat(Evidence.everything(store)).isEqualTo(before);
      assertThat(store.bytes()).hasValue(archival.bytes());
    }
    try (LogEventStore store = open()) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
      fill(store, 20, 25);
      LogArchival more = store.archive(ALL, LogProgress.NONE).join();
      assertThat(more.movedSegments()).isPositive();
      archived = more.archivedSegments();
      before = Evidence.everything(store);
    }
    try (LogEventStore store = open()) {
      LogArchival back = store.unarchive(LogProgress.NONE).join();
      assertThat(back.archivedSegments()).isZero();
      remote.away = true;
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
    assertThat(disk.list()).noneMatch(name -> name.endsWith(".archived"));
    assertThat(LogFolder.verify(disk).damage()).isEmpty();
    assertThat(far.list()).as("the archive keeps its copies").hasSize(archived);
  }

  @Test
  void openingFetchesNothing() {
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      store.archive(ALL, LogProgress.NONE).join();
    }
    remote.away = true;
    int before = remote.gets;
    try (LogEventStore store = open()) {
      assertThat(store.head()).isEqualTo(24);
      fill(store, 12, 14);
    }
    assertThat(remote.gets).isEqualTo(before);
  }

  @Test
  void anArchiveOutOfReachFailsOnlyTheReadThatNeedsIt() {
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      store.archive(ALL, LogProgress.NONE).join();
      remote.away = true;
      assertThatThrownBy(() -> store.read(Query.all(), 1, Direction.FORWARD, 10))
          .isInstanceOf(StoreArchiveException.class)
          .hasMessageContaining(PLACE)
          .hasMessageContaining("out of reach");
      assertThat(store.read(Query.all(), store.head(), Direction.BACKWARD, 1).events()).hasSize(1);
      fill(store, 12, 20);
      assertThatThrownBy(() -> store.archive(ALL, LogProgress.NONE).join())
          .hasCauseInstanceOf(StoreFailedException.class);
      assertThat(store.read(Query.all(), 25, Direction.FORWARD, 100).events()).hasSize(16);
      remote.away = false;
      assertThat(Evidence.everything(store)).hasSize(40);
      assertThat(store.archive(ALL, LogProgress.NONE).join().movedSegments()).isPositive();
    }
  }

  @Test
  void conditionsAndAppendIdsReachIntoTheArchive() {
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      store.archive(ALL, LogProgress.NONE).join();
    }
    try (LogEventStore store = open()) {
      AppendResult again = store.append(Workloads.append(0, 1_500, 10)).join();
      assertThat(((Appended) again).repeated()).isTrue();
      assertThat(((Appended) again).first()).isEqualTo(1);
      assertThatThrownBy(() -> store.append(Workloads.append(1, 1_500, 11)).join())
          .hasMessageContaining("was used before");
      TagValue tag = new TagValue("n", "2");
      Append conditional =
          Workloads.append(50, 10).onlyIf(AppendCondition.noneMatching(Query.tags(tag), 1));
      assertThat(store.append(conditional).join()).isEqualTo(new Conflict(6));
      assertThat(store.find(Workloads.append(3, 1).id())).isPresent();
      Append holds =
          Workloads.append(50, 10).onlyIf(AppendCondition.noneMatching(Query.tags(tag), 6));
      assertThat(store.append(holds).join()).isInstanceOf(Appended.class);
    }
  }

  @Test
  void theWriterDoesNotWaitForAnArchive() {
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      store.archive(ALL, LogProgress.NONE).join();
    }
    try (LogEventStore store = open()) {
      CountDownLatch slow = new CountDownLatch(1);
      remote.open = slow;
      TagValue tag = new TagValue("n", "2");
      CompletableFuture<AppendResult> waits =
          store.append(
              Workloads.append(50, 10).onlyIf(AppendCondition.noneMatching(Query.tags(tag), 1)));
      fill(store, 12, 30); // many groups, and new segments
      assertThat(waits).isNotDone();
      slow.countDown();
      assertThat(waits.join()).isEqualTo(new Conflict(6));

      Evidence.everything(store); // pushes out what was fetched
      remote.away = true;
      Append unreachable =
          Workloads.append(51, 10)
              .onlyIf(AppendCondition.noneMatching(Query.tags(new TagValue("n", "0")), 0));
      assertThatThrownBy(() -> store.append(unreachable).join())
          .hasCauseInstanceOf(StoreArchiveException.class);
      fill(store, 30, 31);
      remote.away = false;
      assertThat(store.append(unreachable).join()).isInstanceOf(Conflict.class);
    }
  }

  @Test
  void aPolicyGoesByAgeAndBySize() {
    Simulation simulation = Simulation.of(3);
    Remote there = new Remote(SimDisk.empty());
    Disk folder = ArchivedDisk.of(simulation.disk(), location -> there, 4);
    LogEventStore store =
        simulation.await(LogEventStore.opening(folder, simulation.seams(), Workloads.TINY));
    for (int i = 0; i < 8; i++) {
      simulation.await(store.append(Workloads.append(i, 3_000)));
    }
    simulation.await(simulation.scheduler().after(Duration.ofDays(40)));
    for (int i = 8; i < 16; i++) {
      simulation.await(store.append(Workloads.append(i, 3_000)));
    }
    ArchivePolicy month = ArchivePolicy.olderThan(PLACE, Duration.ofDays(30));
    LogArchival old = simulation.await(store.archive(month, LogProgress.NONE));
    assertThat(old.movedSegments()).isBetween(5, 8);
    assertThat(old.segments() - old.movedSegments()).isBetween(6, 9);
    ArchivePolicy small = ArchivePolicy.keeping(PLACE, 3 * 8192);
    LogArchival kept = simulation.await(store.archive(small, LogProgress.NONE));
    assertThat(kept.bytes() - kept.archivedBytes()).isLessThanOrEqualTo(3 * 8192);
    assertThat(kept.segments() - kept.archivedSegments()).isGreaterThan(1);
    simulation.await(store.closing());
  }

  @Test
  void aStoreThatIsOpenFollowsItsPolicy() {
    Simulation simulation = Simulation.of(3);
    Remote there = new Remote(SimDisk.empty());
    Disk folder = ArchivedDisk.of(simulation.disk(), location -> there, 4);
    LogOptions options = Workloads.TINY.withArchive(ArchivePolicy.keeping(PLACE, 3 * 8192));
    LogEventStore store =
        simulation.await(LogEventStore.opening(folder, simulation.seams(), options));
    for (int i = 0; i < 20; i++) {
      simulation.await(store.append(Workloads.append(i, 3_000)));
    }
    simulation.await(simulation.scheduler().after(Duration.ofMinutes(11)));
    assertThat(store.activity().orElseThrow().archivedSegments()).isGreaterThan(5);
    assertThat(Evidence.everything(store)).hasSize(20);
    simulation.await(store.closing());
  }

  @Test
  void thePolicyOfAnOpenStoreStandsInItsUrl() {
    LogOptions options =
        LogOptions.parse(
            "archive=s3%3A%2F%2Fold%2Fshop&archiveOlderThanDays=30&archiveKeepBytes=5");
    assertThat(options.archive())
        .isEqualTo(new ArchivePolicy("s3://old/shop", Duration.ofDays(30), 5));
    assertThatThrownBy(() -> LogOptions.parse("archiveKeepBytes=5"))
        .hasMessageContaining("archive=FOLDER");
  }

  @Test
  void aCopyThatIsNotAsItWasPutThereIsFound() throws IOException {
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      store.archive(ALL, LogProgress.NONE).join();
    }
    far.flip(far.list().get(0), 5_000, 1);
    try (LogEventStore store = open()) {
      assertThatThrownBy(() -> Evidence.everything(store))
          .isInstanceOf(StoreDamagedException.class);
      assertThatThrownBy(() -> store.unarchive(LogProgress.NONE).join())
          .hasCauseInstanceOf(StoreFailedException.class)
          .hasMessageContaining("not as it was put there");
    }
    assertThat(LogFolder.verify(ArchivedDisk.of(disk, location -> remote, 4)).damage())
        .isNotEmpty();
  }

  @Test
  void aBackupOfAStoreWithArchivedSegmentsIsWhole() throws IOException {
    List<RecordedEvent> before;
    try (LogEventStore store = open()) {
      fill(store, 0, 12);
      before = Evidence.everything(store);
      store.archive(ALL, LogProgress.NONE).join();
    }
    Disk folder = ArchivedDisk.of(disk, location -> remote, 4);
    SimDisk backups = SimDisk.empty();
    SimDisk made = SimDisk.empty();
    LogFolder.backup(folder, backups, SystemSeams.shared(), LogProgress.NONE);
    LogFolder.restore(backups, made, SystemSeams.shared(), LogProgress.NONE);
    SimDisk salvaged = SimDisk.empty();
    LogFolder.salvage(folder, salvaged, SystemSeams.shared(), LogProgress.NONE);
    for (SimDisk copy : List.of(made, salvaged)) {
      remote.away = true;
      try (LogEventStore store = open(copy, remote)) {
        assertThat(Evidence.everything(store)).isEqualTo(before);
      }
      remote.away = false;
    }
    LogStatistics statistics = LogFolder.statistics(folder);
    assertThat(statistics.archivedSegments()).isEqualTo(statistics.segments() - 1);
    assertThat(statistics.events()).isEqualTo(24);
  }

  @Test
  void onARealDiskReadersGoOnWhileSegmentsMove(@TempDir Path folder) {
    Disk real = RealDisk.at(folder.resolve("store"));
    String place = folder.resolve("archive").toString();
    try (LogEventStore store = LogEventStore.open(real, SystemSeams.shared(), Workloads.TINY)) {
      fill(store, 0, 200);
      List<RecordedEvent> before = Evidence.everything(store);
      CompletableFuture<LogArchival> moving =
          store.archive(ArchivePolicy.keeping(place, 0), LogProgress.NONE);
      int looks = 0;
      while (!moving.isDone() || looks < 2) {
        assertThat(Evidence.everything(store)).isEqualTo(before);
        looks++;
      }
      assertThat(moving.join().archivedSegments()).isGreaterThan(50);
      CompletableFuture<LogArchival> back = store.unarchive(LogProgress.NONE);
      while (!back.isDone()) {
        assertThat(Evidence.everything(store)).isEqualTo(before);
      }
      assertThat(back.join().archivedSegments()).isZero();
    } catch (CompletionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  /** Everything is cut or fails at every call: of the store's disk, and of the archive's. */
  @Test
  void whateverIsCutNothingIsLost() {
    int checks =
        DiskCuts.of(
                Evidence::new,
                ArchiveTest::archiveAndFetchBack,
                (restarted, evidence, cut) -> check(restarted, evidence.copy()))
            .maxImages(NIGHTLY ? 24 : 3)
            .forEachCut(5);
    assertThat(checks).isGreaterThan(300);
  }

  private static LogEventStore open(Simulation simulation) throws IOException {
    Disk archive = simulation.disk().folder("archive");
    CompletableFuture<Void> synced = new CompletableFuture<>();
    simulation
        .disk()
        .sync(failed -> {
          if (failed == null) {
            synced.complete(null);
          } else {
            synced.completeExceptionally(failed);
          }
        });
    simulation.await(synced);
    Disk folder =
        ArchivedDisk.of(simulation.disk(), location -> FolderArchive.in(archive, PLACE), 4);
    return simulation.await(LogEventStore.opening(folder, simulation.seams(), Workloads.TINY));
  }

  private static void append(
      Simulation simulation, LogEventStore store, Evidence evidence, int number) {
    Append append = Workloads.append(number, 3_900);
    evidence.asked(append);
    evidence.answered(append, simulation.await(store.append(append)));
  }

  private static void archiveAndFetchBack(Simulation simulation, Evidence evidence)
      throws IOException {
    LogEventStore store = open(simulation);
    for (int i = 0; i < 3; i++) {
      append(simulation, store, evidence, i);
    }
    simulation.await(store.archive(ALL, LogProgress.NONE));
    evidence.check(store);
    append(simulation, store, evidence, 3);
    simulation.await(store.unarchive(LogProgress.NONE));
    evidence.check(store);
    simulation.await(store.closing());
  }

  private static void check(Simulation restarted, Evidence evidence) throws IOException {
    LogEventStore store = open(restarted);
    evidence.check(store);
    restarted.await(store.archive(ALL, LogProgress.NONE));
    evidence.check(store);
    for (Append append : evidence.asked()) {
      evidence.answered(append, restarted.await(store.append(append)));
    }
    restarted.await(store.closing());
    store = open(restarted);
    evidence.check(store);
    restarted.await(store.unarchive(LogProgress.NONE));
    evidence.check(store);
    restarted.await(store.closing());
    assertThat(LogFolder.verify(restarted.disk()).damage()).isEmpty();
  }
}
