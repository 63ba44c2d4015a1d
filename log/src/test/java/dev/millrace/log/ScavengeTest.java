package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Events of some types go; all others, and all positions, stay, and a record says so. */
final class ScavengeTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final String SECRET = "born-1970-in-Ulm";

  private final SimDisk disk = SimDisk.empty();

  private static LogEventStore open(Disk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  /** An order and, in every second append, a visit, by a command that has both in its payload. */
  private static Append append(int number) {
    List<NewEvent> events = new ArrayList<>();
    TagValue tag = new TagValue("customer", "c-" + number % 3);
    events.add(new NewEvent("ordered", 2, List.of(tag), Bytes.utf8("order " + number)));
    if (number % 2 == 0) {
      events.add(new NewEvent("visited", 1, List.of(tag), Bytes.utf8(SECRET + "x".repeat(400))));
    }
    CommandRecord command =
        new CommandRecord("c-" + number, "order", number, Bytes.utf8("{" + SECRET + "}"));
    return Append.of(new UUID(5, number), events).causedBy(command);
  }

  private static void fill(LogEventStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(append(i)).join();
    }
  }

  private static LogScavenge scavenge(Disk disk, Set<String> types) {
    return LogFolder.scavenge(disk, types, null, "ann", SystemSeams.shared(), LogProgress.NONE);
  }

  private static String everyByte(Disk disk) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : disk.list()) {
      DiskFile file = disk.open(name);
      byte[] bytes = new byte[(int) file.size()];
      if (bytes.length > 0) {
        file.read(0, bytes.length).get(bytes);
      }
      all.append(new String(bytes, StandardCharsets.ISO_8859_1));
      file.close();
    }
    return all.toString();
  }

  @Test
  void eventsOfATypeGoAndEverythingElseStaysInItsPlace() throws IOException {
    List<RecordedEvent> before;
    StoreIdentity identity;
    try (LogEventStore store = open(disk)) {
      fill(store, 0, 60);
      before = Evidence.everything(store);
      identity = store.identity();
    }
    assertThat(everyByte(disk)).contains(SECRET);

    LogScavenge scavenge = scavenge(disk, Set.of("visited", "no-such-type"));

    assertThat(scavenge.events()).isEqualTo(30);
    assertThat(scavenge.appends()).isEqualTo(30);
    assertThat(scavenge.bytes()).isLessThan(scavenge.bytesBefore());
    assertThat(LogFolder.verify(disk).damage()).isEmpty();
    try (LogEventStore store = open(disk)) {
      assertThat(store.identity()).isEqualTo(identity);
      List<RecordedEvent> after = Evidence.everything(store);
      assertThat(after).hasSameSizeAs(before);
      for (int i = 0; i < after.size(); i++) {
        if (before.get(i).type().equals("visited")) {
          assertThat(after.get(i).type()).isEqualTo(LogScavenge.REMOVED);
          assertThat(after.get(i).tags()).isEmpty();
          assertThat(after.get(i).data().length()).isZero();
          assertThat(after.get(i).position()).isEqualTo(before.get(i).position());
          assertThat(after.get(i).id()).isEqualTo(before.get(i).id());
        } else {
          assertThat(after.get(i)).isEqualTo(before.get(i));
        }
      }
      assertThat(store.read(Query.types("visited"), 1, Direction.FORWARD, 10).events()).isEmpty();
      fill(store, 60, 62);
      assertThat(store.head()).isEqualTo(before.size() + 3);
    }
  }

  @Test
  void nothingOfWhatWasRemovedIsInAnyFile() throws IOException {
    SnapshotKey state = new SnapshotKey("profile", 1, "f", Tenant.DEFAULT, "c-1");
    SnapshotKey checkpoint = new SnapshotKey("millrace:reaction", 1, "shop", Tenant.DEFAULT, "r");
    try (LogEventStore store = open(disk)) {
      for (int i = 0; i < 40; i += 2) {
        store.append(append(i)).join();
      }
      store.snapshots().save(new Snapshot(state, store.identity(), 40, Bytes.utf8(SECRET))).join();
      store.snapshots().save(new Snapshot(checkpoint, store.identity(), 40, Bytes.EMPTY)).join();
    }
    scavenge(disk, Set.of("visited"));
    assertThat(everyByte(disk)).doesNotContain(SECRET);
    assertThat(everyByte(disk.folder("snapshots"))).doesNotContain(SECRET);
    try (LogEventStore store = open(disk)) {
      assertThat(store.snapshots().find(state)).isEmpty();
      assertThat(store.snapshots().find(checkpoint)).as("a reaction's place stays").isPresent();
    }
  }

  @Test
  void appendIdsAreStillRecognized() {
    try (LogEventStore store = open(disk)) {
      fill(store, 0, 10);
    }
    scavenge(disk, Set.of("visited", "ordered"));
    try (LogEventStore store = open(disk)) {
      for (int i = 0; i < 10; i++) {
        Appended again = (Appended) store.append(append(i)).join();
        assertThat(again.repeated()).isTrue();
        assertThat(store.find(append(i).id()).orElseThrow().command().digest()).isEqualTo(i);
      }
      assertThat(store.head()).isEqualTo(15);
    }
  }

  @Test
  void eachTimeIsRecorded() {
    try (LogEventStore store = open(disk)) {
      fill(store, 0, 10);
    }
    assertThat(LogFolder.statistics(disk).scavenges()).isEmpty();
    scavenge(disk, Set.of("no-such-type"));
    assertThat(LogFolder.statistics(disk).scavenges()).as("nothing was removed").isEmpty();
    scavenge(disk, Set.of("visited"));
    LogFolder.scavenge(
        disk, Set.of("ordered"), Instant.now(), "bob", SystemSeams.shared(), LogProgress.NONE);
    assertThat(LogFolder.statistics(disk).scavenges())
        .hasSize(2)
        .satisfiesExactly(
            first -> assertThat(first).contains("by ann", "5 events of 5 appends", "visited"),
            second -> assertThat(second).contains("by bob", "10 events", "recorded before"));
    LogFolder.scavenge(
        disk, Set.of("ordered"), Instant.EPOCH, "bob", SystemSeams.shared(), LogProgress.NONE);
    assertThat(LogFolder.statistics(disk).scavenges()).hasSize(2);
  }

  @Test
  void aDamagedStoreIsNotScavenged() {
    try (LogEventStore store = open(disk)) {
      fill(store, 0, 10);
    }
    disk.flip("000000000001.seg", 4_500, 4);
    assertThatThrownBy(() -> scavenge(disk, Set.of("visited")))
        .isInstanceOf(StoreDamagedException.class);
    assertThatThrownBy(() -> scavenge(SimDisk.empty(), Set.of("visited")))
        .hasMessageContaining("no log store");
  }

  /** What a scavenge began with, and whether it was answered. */
  private record Seen(
      AtomicReference<List<RecordedEvent>> before, AtomicReference<LogScavenge> answer) {
    Seen() {
      this(new AtomicReference<>(List.of()), new AtomicReference<>());
    }
  }

  @Test
  void whateverIsCutAllOfThemAreThereOrNone() {
    int checks =
        DiskCuts.of(Seen::new, ScavengeTest::fillAndScavenge, (sim, seen, cut) -> check(sim, seen))
            .maxImages(NIGHTLY ? 24 : 4)
            .forEachCut(11);
    assertThat(checks).isGreaterThan(200);
  }

  private static LogEventStore open(Simulation simulation) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY));
  }

  private static void fillAndScavenge(Simulation simulation, Seen seen) {
    LogEventStore store = open(simulation);
    for (int i = 0; i < 24; i++) {
      simulation.await(store.append(append(i)));
    }
    simulation.await(store.closing());
    store = open(simulation);
    List<RecordedEvent> before = Evidence.everything(store);
    simulation.await(store.closing());
    seen.before().set(before);
    seen.answer()
        .set(
            simulation.await(
                LogFolder.scavenging(
                    simulation.disk(),
                    Set.of("visited"),
                    null,
                    "ann",
                    simulation.seams(),
                    LogProgress.NONE)));
  }

  private static void check(Simulation restarted, Seen seen) {
    LogEventStore store = open(restarted);
    List<RecordedEvent> before = seen.before().get();
    List<RecordedEvent> after = Evidence.everything(store);
    restarted.await(store.closing());
    if (before.isEmpty()) {
      return; // it was cut before the scavenge
    }
    assertThat(after).hasSameSizeAs(before);
    long gone = after.stream().filter(one -> one.type().equals(LogScavenge.REMOVED)).count();
    assertThat(gone).isIn(0L, 12L);
    if (seen.answer().get() != null) {
      assertThat(gone).as("it was answered").isEqualTo(12);
    }
    for (int i = 0; i < before.size(); i++) {
      if (gone == 0 || !before.get(i).type().equals("visited")) {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
    LogVerification verification = LogFolder.verify(restarted.disk());
    assertThat(verification.damage()).isEmpty();
    assertThat(LogFolder.statistics(restarted.disk()).scavenges()).hasSize(gone > 0 ? 1 : 0);
  }
}
