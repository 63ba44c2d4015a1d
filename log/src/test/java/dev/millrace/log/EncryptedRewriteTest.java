package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Encrypted stores are scavenged, and plain segments are written again as encrypted ones. */
final class EncryptedRewriteTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final String SECRET = "born-1970-in-Ulm";
  private static final SnapshotKey STATE =
      new SnapshotKey("profile", 1, "f", Tenant.DEFAULT, "c-1");
  private static final SnapshotKey CHECKPOINT =
      new SnapshotKey("millrace:reaction", 1, "shop", Tenant.DEFAULT, "r");

  private final SimDisk disk = SimDisk.empty();

  /** An order and, in every second append, a visit. */
  private static Append append(int number) {
    List<NewEvent> events = new ArrayList<>();
    TagValue tag = new TagValue("customer", "c-" + number % 3);
    events.add(new NewEvent("ordered", 2, List.of(tag), Bytes.utf8("order " + number)));
    if (number % 2 == 0) {
      events.add(new NewEvent("visited", 1, List.of(tag), Bytes.utf8(SECRET + "x".repeat(900))));
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

  /** Some plain segments, if wanted, then some that are encrypted, and snapshots. */
  private List<RecordedEvent> filled(boolean plainFirst) {
    if (plainFirst) {
      try (LogEventStore store = EncryptionTest.open(disk)) {
        fill(store, 0, 20);
      }
      LogFolder.encrypt(disk, SystemSeams.shared(), Keys.with(1));
    }
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      fill(store, 20, 60);
      StoreIdentity identity = store.identity();
      store.snapshots().save(new Snapshot(STATE, identity, 40, Bytes.utf8(SECRET))).join();
      store.snapshots().save(new Snapshot(CHECKPOINT, identity, 41, Bytes.EMPTY)).join();
      return Evidence.everything(store);
    }
  }

  private static LogScavenge scavenge(Disk disk, Encryption key) {
    return LogFolder.scavenge(
        disk, Set.of("visited"), null, "ann", SystemSeams.shared(), key, LogProgress.NONE);
  }

  private static LogScavenge encryptAll(Disk disk, Encryption key) {
    return LogFolder.encryptAll(disk, SystemSeams.shared(), key, "ann", LogProgress.NONE);
  }

  private static String everyByte(Disk disk) throws IOException {
    StringBuilder all = new StringBuilder();
    for (String name : disk.list()) {
      all.append(new String(EncryptionTest.bytes(disk, name), StandardCharsets.ISO_8859_1));
    }
    return all.toString();
  }

  private static void assertScavenged(List<RecordedEvent> before, List<RecordedEvent> after) {
    assertThat(after).hasSameSizeAs(before);
    for (int i = 0; i < after.size(); i++) {
      if (before.get(i).type().equals("visited")) {
        assertThat(after.get(i).type()).isEqualTo(LogScavenge.REMOVED);
        assertThat(after.get(i).data().length()).isZero();
        assertThat(after.get(i).id()).isEqualTo(before.get(i).id());
      } else {
        assertThat(after.get(i)).isEqualTo(before.get(i));
      }
    }
  }

  @Test
  void anEncryptedStoreIsScavengedAndStaysEncrypted() throws IOException {
    List<RecordedEvent> before = filled(false);

    LogScavenge scavenge = scavenge(disk, Keys.with(1));

    assertThat(scavenge.events()).isEqualTo(20);
    assertThat(everyByte(disk)).doesNotContain("ordered", SECRET, LogScavenge.REMOVED);
    assertThat(LogFolder.verify(disk, Keys.with(1)).damage()).isEmpty();
    assertThat(LogFolder.statistics(disk, Keys.with(1)).scavenges()).hasSize(1);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertScavenged(before, Evidence.everything(store));
      assertThat(store.snapshots().find(STATE)).isEmpty();
      assertThat(store.snapshots().find(CHECKPOINT)).as("a reaction's place stays").isPresent();
      Appended again = (Appended) store.append(append(22)).join();
      assertThat(again.repeated()).isTrue();
      fill(store, 60, 64);
    }
    LogFolder.rotateKey(disk, List.of(Keys.master(1)), Keys.master(2));
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(2))) {
      assertThat(Evidence.everything(store)).hasSize(before.size() + 6);
      assertThat(store.snapshots().find(CHECKPOINT)).isPresent();
    }
  }

  @Test
  void plainSegmentsOfAStoreAreEncryptedByAScavenge() throws IOException {
    List<RecordedEvent> before = filled(true);
    assertThat(everyByte(disk)).contains("ordered", SECRET);

    assertThat(scavenge(disk, Keys.with(1)).events()).isEqualTo(30);

    assertThat(everyByte(disk)).doesNotContain("ordered", SECRET);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertScavenged(before, Evidence.everything(store));
    }
  }

  @Test
  void noKeyAndAnotherKeyAreRefusedAndNothingIsChanged() throws IOException {
    List<RecordedEvent> before = filled(true);
    String bytes = everyByte(disk);
    assertThatThrownBy(() -> scavenge(disk, Encryption.NONE)).isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> scavenge(disk, Keys.with(2))).isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> encryptAll(disk, Keys.with(2))).isInstanceOf(StoreKeyException.class);
    assertThat(everyByte(disk)).isEqualTo(bytes);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
    assertThatThrownBy(() ->
            LogFolder.scavenge(
                disk, Set.of(), null, "a", SystemSeams.shared(), Keys.with(1), LogProgress.NONE))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void everythingPlainIsWrittenAnewEncrypted() throws IOException {
    List<RecordedEvent> before;
    StoreIdentity identity;
    try (LogEventStore store = EncryptionTest.open(disk)) {
      fill(store, 0, 40);
      before = Evidence.everything(store);
      identity = store.identity();
      store.snapshots().save(new Snapshot(STATE, identity, 40, Bytes.utf8(SECRET))).join();
      store.snapshots().save(new Snapshot(CHECKPOINT, identity, 41, Bytes.EMPTY)).join();
    }
    assertThat(everyByte(disk.folder("snapshots"))).contains(SECRET, CHECKPOINT.view());

    LogScavenge written = encryptAll(disk, Keys.with(1));

    assertThat(written.events()).isZero();
    assertThat(everyByte(disk)).doesNotContain("ordered", SECRET);
    assertThatThrownBy(() -> EncryptionTest.open(disk)).isInstanceOf(StoreKeyException.class);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertThat(store.identity()).as("it is the same history").isEqualTo(identity);
      assertThat(Evidence.everything(store)).isEqualTo(before);
      assertThat(((Appended) store.append(append(3)).join()).repeated()).isTrue();
      assertThat(store.snapshots().find(STATE)).isEmpty();
      assertThat(store.snapshots().find(CHECKPOINT)).as("a reaction's place stays").isPresent();
    }
    assertThat(everyByte(disk.folder("snapshots"))).doesNotContain(SECRET, CHECKPOINT.view());
    assertThat(LogFolder.verify(disk, Keys.with(1)).damage()).isEmpty();
    assertThat(LogFolder.statistics(disk, Keys.with(1)).scavenges())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("by ann", "nothing was removed"));
  }

  /** A key in a service that is away at times. */
  private static final class ServiceKey implements MasterKey {
    private final MasterKey key = Keys.master(1);
    private boolean away;

    @Override
    public String id() {
      return key.id();
    }

    @Override
    public byte[] wrap(byte[] plain, byte[] context) {
      return key.wrap(plain, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
      if (away) {
        throw new IllegalStateException("the key service does not answer");
      }
      return key.unwrap(wrapped, context);
    }
  }

  @Test
  void aReactionsPlaceIsNotTakenForAbsentWhileItsKeyCannotBeHad() {
    filled(false);
    scavenge(disk, Keys.with(1)); // its key is no segment's any more
    ServiceKey key = new ServiceKey();
    try (LogEventStore store = EncryptionTest.open(disk, Encryption.with(key))) {
      Snapshot next = new Snapshot(CHECKPOINT, store.identity(), 42, Bytes.EMPTY);
      key.away = true;
      assertThatThrownBy(() -> store.snapshots().find(CHECKPOINT))
          .isInstanceOf(StoreKeyException.class)
          .hasMessageContaining("how far 'r' is", "does not answer");
      assertThatThrownBy(() -> store.snapshots().save(next).join())
          .hasCauseInstanceOf(StoreKeyException.class);
      key.away = false;
      assertThat(store.snapshots().find(CHECKPOINT)).isPresent();
      store.snapshots().save(next).join();
      assertThat(store.snapshots().find(CHECKPOINT)).contains(next);
    }
  }

  @Test
  void aReactionsPlaceThatIsDamagedIsRefusedUntilItIsReplaced() throws IOException {
    for (boolean encrypted : new boolean[] {false, true}) {
      SimDisk folder = SimDisk.empty();
      Encryption encryption = encrypted ? Keys.with(1) : Encryption.NONE;
      try (LogEventStore store = EncryptionTest.open(folder, encryption)) {
        Snapshot place = new Snapshot(CHECKPOINT, store.identity(), 5, Bytes.utf8("5"));
        store.snapshots().save(place).join();
        Disk snapshots = folder.folder("snapshots");
        String name = snapshots.list().get(0);
        byte[] bytes = EncryptionTest.bytes(snapshots, name);
        bytes[bytes.length - 1] ^= 1;
        EncryptionTest.replace(snapshots, name, bytes);

        assertThatThrownBy(() -> store.snapshots().find(CHECKPOINT))
            .isInstanceOf(StoreDamagedException.class)
            .hasMessageContaining("snapshots/" + name, "log reconcile");
        store.snapshots().save(place).join();
        assertThat(store.snapshots().find(CHECKPOINT)).contains(place);
      }
    }
  }

  @Test
  void anOldMasterKeyOpensNothingOfWhatIsWrittenAnew() throws IOException {
    List<RecordedEvent> before = filled(false);
    LogFolder.rotateKey(disk, List.of(Keys.master(1)), Keys.master(2));
    SimDisk rotated = disk.afterKill(DiskSettings.PLAIN);
    byte[] keys = EncryptionTest.bytes(rotated, "keys");
    rotated.delete("keys");
    EncryptionTest.open(rotated, Keys.with(1)).close(); // the headers hold what it wrapped
    EncryptionTest.replace(rotated, "keys", keys);

    encryptAll(rotated, Keys.with(2));
    rotated.delete("keys");

    assertThatThrownBy(() -> EncryptionTest.open(rotated, Keys.with(1)))
        .isInstanceOf(StoreKeyException.class);
    try (LogEventStore store = EncryptionTest.open(rotated, Keys.with(2))) {
      assertThat(Evidence.everything(store)).isEqualTo(before);
    }
  }

  /** What a run has come to. */
  private static final class Seen {
    private List<RecordedEvent> before = List.of();
    private boolean saved;
    private boolean answered;
  }

  private static LogEventStore open(Simulation simulation, Encryption encryption) {
    return simulation.await(
        LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY, encryption));
  }

  private static final Encryption SIMULATED = Keys.with(1).inSimulation();

  private static void fillPlainAndEncrypted(Simulation simulation, Seen seen) {
    LogEventStore store = open(simulation, Encryption.NONE);
    for (int i = 0; i < 6; i++) {
      simulation.await(store.append(append(i)));
    }
    Snapshot place = new Snapshot(CHECKPOINT, store.identity(), 5, Bytes.EMPTY);
    simulation.await(store.snapshots().save(place));
    seen.saved = true;
    simulation.await(store.closing());
    store = open(simulation, SIMULATED.turningOn());
    for (int i = 6; i < 12; i++) {
      simulation.await(store.append(append(i)));
    }
    List<RecordedEvent> before = Evidence.everything(store);
    simulation.await(store.closing());
    seen.before = before;
  }

  @Test
  void whereverAScavengeIsCutAllEventsAreThereOrNone() {
    int checks =
        DiskCuts.of(
                Seen::new,
                (simulation, seen) -> {
                  fillPlainAndEncrypted(simulation, seen);
                  simulation.await(
                      LogFolder.scavenging(
                          simulation.disk(),
                          Set.of("visited"),
                          null,
                          "ann",
                          simulation.seams(),
                          SIMULATED,
                          LogProgress.NONE));
                  seen.answered = true;
                },
                (restarted, seen, cut) -> check(restarted, seen, 6))
            .maxImages(NIGHTLY ? 12 : 2)
            .forEachCut(13);
    assertThat(checks).isGreaterThan(100);
  }

  @Test
  void whereverWritingAnewIsCutEveryEventIsThere() {
    int checks =
        DiskCuts.of(
                Seen::new,
                (simulation, seen) -> {
                  fillPlainAndEncrypted(simulation, seen);
                  simulation.await(
                      LogFolder.encryptingAll(
                          simulation.disk(),
                          simulation.seams(),
                          SIMULATED,
                          "ann",
                          LogProgress.NONE));
                  seen.answered = true;
                },
                (restarted, seen, cut) -> check(restarted, seen, 0))
            .maxImages(NIGHTLY ? 12 : 2)
            .forEachCut(17);
    assertThat(checks).isGreaterThan(100);
  }

  private static void check(Simulation restarted, Seen seen, int removed) throws IOException {
    if (!seen.saved) {
      return; // it was cut before
    }
    LogEventStore store = open(restarted, SIMULATED.turningOn());
    List<RecordedEvent> after = Evidence.everything(store);
    assertThat(store.snapshots().find(CHECKPOINT)).as("a reaction's place").isPresent();
    restarted.await(store.closing());
    assertThat(everyByte(restarted.disk().folder("snapshots")))
        .as("what was plain")
        .doesNotContain(CHECKPOINT.view());
    if (seen.before.isEmpty()) {
      return; // it was cut while it was filled
    }
    assertThat(LogFolder.verify(restarted.disk(), SIMULATED).damage()).isEmpty();
    boolean gone = after.stream().anyMatch(one -> one.type().equals(LogScavenge.REMOVED));
    if (gone) {
      assertThat(removed).isPositive();
      assertScavenged(seen.before, after);
    } else {
      assertThat(after).isEqualTo(seen.before);
    }
    if (seen.answered) {
      assertThat(gone).isEqualTo(removed > 0);
      assertThat(everyByte(restarted.disk())).doesNotContain("ordered", SECRET);
    }
  }
}
