package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.seam.DiskFile;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.sim.Choices;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** An encrypted store is opened by its key only, and by nothing else than what was written. */
final class EncryptionTest {
  private static final String FIRST = "000000000001.seg";
  private static final Encryption SIMULATED = Keys.with(1).inSimulation();
  private static final int HEADER = 4096;
  private static final int FRAME_HEADER = 80;

  static LogEventStore open(Disk disk, Encryption encryption) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY, encryption);
  }

  static LogEventStore open(Disk disk) {
    return LogEventStore.open(disk, SystemSeams.shared(), Workloads.TINY);
  }

  static void append(LogEventStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      store.append(Workloads.append(i, 1_000, 10)).join();
    }
  }

  static byte[] bytes(Disk disk, String name) throws IOException {
    DiskFile file = disk.open(name);
    try {
      byte[] bytes = new byte[(int) file.size()];
      file.read(0, bytes.length).get(bytes);
      return bytes;
    } finally {
      file.close();
    }
  }

  static void replace(Disk disk, String name, byte[] bytes) throws IOException {
    disk.delete(name);
    DiskFile file = disk.create(name);
    file.write(0, ByteBuffer.wrap(bytes), failed -> assertThat(failed).isNull());
    file.sync(failed -> assertThat(failed).isNull());
    file.close();
  }

  private static SimDisk filled(Encryption encryption, int appends) {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = open(disk, encryption)) {
      append(store, 0, appends);
    }
    return disk;
  }

  private static List<RecordedEvent> everything(Disk disk, Encryption encryption) {
    try (LogEventStore store = open(disk, encryption)) {
      return Evidence.everything(store);
    }
  }

  @Test
  void anotherKeyAndNoKeyAreRefusedAndSaySo() {
    SimDisk disk = filled(Keys.with(1), 12);
    assertThatThrownBy(() -> open(disk, Keys.with(2)))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(Keys.master(1).id())
        .hasMessageContaining(Keys.master(2).id());
    assertThatThrownBy(() -> open(disk))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(Keys.master(1).id())
        .hasMessageContaining("encryption=file:");
    assertThatThrownBy(() -> LogFolder.statistics(disk)).isInstanceOf(StoreKeyException.class);
    assertThat(everything(disk, Keys.with(1))).hasSize(24);
  }

  @Test
  void aKeyForAPlainStoreIsRefusedAndSaysHowToBegin() {
    SimDisk disk = filled(Encryption.NONE, 2);
    assertThatThrownBy(() -> open(disk, Keys.with(1)))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("not encrypted")
        .hasMessageContaining("log encrypt");
    assertThatThrownBy(() -> LogFolder.verify(disk, Keys.with(1)))
        .isInstanceOf(StoreKeyException.class);
    assertThat(everything(disk, Encryption.NONE)).hasSize(4);
  }

  @Test
  void keysAreNotDrawnFromAnyRandomSource() {
    Seams guessable =
        new Seams(SystemSeams.shared().clock(), new Random(1), SystemSeams.shared().scheduler());
    assertThatThrownBy(
            () -> LogEventStore.open(SimDisk.empty(), guessable, Workloads.TINY, Keys.with(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("SecureRandom");
    Encryption simulated = Keys.with(1).inSimulation();
    LogEventStore.open(SimDisk.empty(), guessable, Workloads.TINY, simulated).close();
    LogEventStore.open(SimDisk.empty(), guessable, Workloads.TINY).close();
  }

  @Test
  void aPlainStoreIsEncryptedFromAStepOnAndReadAsOne() throws IOException {
    SimDisk disk = SimDisk.empty();
    SnapshotKey key = new SnapshotKey("view", 1, "fingerprint", Tenant.DEFAULT, "k");
    try (LogEventStore store = open(disk)) {
      append(store, 0, 9);
      store
          .snapshots()
          .save(new Snapshot(key, store.identity(), 1, Bytes.utf8("a plain snapshot")))
          .join();
      assertThat(disk.folder("snapshots").list()).hasSize(1);
    }
    byte[] plain = bytes(disk, FIRST);
    LogFolder.encrypt(disk, SystemSeams.shared(), Keys.with(1));
    assertThat(disk.folder("snapshots").list()).as("plain snapshots").isEmpty();
    assertThatThrownBy(() -> open(disk)).isInstanceOf(StoreKeyException.class);
    try (LogEventStore store = open(disk, Keys.with(1))) {
      append(store, 9, 20);
      checkMixed(store);
      store
          .snapshots()
          .save(new Snapshot(key, store.identity(), 1, Bytes.utf8("a snapshot")))
          .join();
      assertThat(store.snapshots().find(key).orElseThrow().state().utf8()).isEqualTo("a snapshot");
    }
    try (LogEventStore store = open(disk, Keys.with(1))) {
      checkMixed(store);
      assertThat(store.snapshots().find(key)).isPresent();
    }
    assertThat(bytes(disk, FIRST)).as("what was there").isEqualTo(plain);
    assertThat(LogFolder.verify(disk, Keys.with(1)).damage()).isEmpty();
    assertThat(LogFolder.verify(disk).damage()).isEmpty();
    assertThat(LogFolder.statistics(disk, Keys.with(1)).events()).isEqualTo(40);
  }

  @Test
  void whereverTurningItOnIsCutTheStoreIsPlainOrEncryptedAndWhole() {
    int[] found = new int[2];
    int checked =
        DiskCuts.of(
                () -> new boolean[1],
                (simulation, done) -> {
                  LogEventStore store =
                      simulation.await(
                          LogEventStore.opening(
                              simulation.disk(), simulation.seams(), Workloads.TINY));
                  simulation.await(store.append(Workloads.append(0, 3_000)));
                  simulation.await(store.closing());
                  done[0] = true;
                  LogEventStore encrypted =
                      simulation.await(opening(simulation, SIMULATED.turningOn()));
                  simulation.await(encrypted.append(Workloads.append(1, 30)));
                  simulation.await(encrypted.closing());
                },
                (restarted, done, cut) -> {
                  if (!done[0]) {
                    return; // what a store promises when it is cut has a test of its own
                  }
                  LogEventStore store;
                  try {
                    store = restarted.await(opening(restarted, SIMULATED));
                    found[1]++;
                  } catch (StoreKeyException plain) {
                    assertThat(plain).hasMessageContaining("not encrypted");
                    store = restarted.await(opening(restarted, Encryption.NONE));
                    found[0]++;
                  }
                  assertThat(Evidence.everything(store)).hasSizeBetween(1, 2);
                  restarted.await(store.closing());
                })
            .maxImages(4)
            .forEachCut(9);
    assertThat(checked).isPositive();
    assertThat(found[0]).as("plain").isPositive();
    assertThat(found[1]).as("encrypted").isPositive();
  }

  private static CompletableFuture<LogEventStore> opening(
      Simulation simulation, Encryption encryption) {
    return LogEventStore.opening(simulation.disk(), simulation.seams(), Workloads.TINY, encryption);
  }

  /**
   * What was asked of a store with plain and with encrypted segments, either side of the border.
   */
  private static void checkMixed(LogEventStore store) {
    assertThat(Evidence.everything(store)).hasSize(40);
    for (int i = 0; i < 20; i++) {
      Append append = Workloads.append(i, 1_000, 10);
      Query query = Query.tags(new TagValue("n", "" + i));
      for (Direction direction : Direction.values()) {
        long from = direction == Direction.FORWARD ? 1 : store.head();
        assertThat(store.read(query, from, direction, 9).events()).hasSize(2);
      }
      assertThat(store.find(append.id())).isPresent();
      assertThat(((Appended) store.append(append).join()).repeated()).isTrue();
      Append other = Workloads.append(i, 7);
      assertThatThrownBy(() -> store.append(other).join())
          .hasCauseInstanceOf(AppendIdReusedException.class);
      Append conflicting =
          Append.of(new java.util.UUID(8, i), append.events())
              .onlyIf(AppendCondition.noneMatching(query, 0));
      assertThat(store.append(conflicting).join()).isInstanceOf(Conflict.class);
    }
    Query type = Query.types("type-1");
    assertThat(store.read(type, 1, Direction.FORWARD, 100).events()).hasSize(20);
  }

  @Test
  void aPlainSegmentAfterAnEncryptedOneIsDamage() throws IOException {
    SimDisk disk = filled(Keys.with(1), 12);
    byte[] page = Arrays.copyOf(bytes(disk, "000000000002.seg"), HEADER);
    ByteBuffer header = ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
    header.putInt(8, 1);
    CRC32C crc = new CRC32C();
    crc.update(page, 0, HEADER - 4);
    header.putInt(HEADER - 4, (int) crc.getValue());
    byte[] all = bytes(disk, "000000000002.seg");
    System.arraycopy(page, 0, all, 0, HEADER);
    replace(disk, "000000000002.seg", all);
    assertThatThrownBy(() -> open(disk, Keys.with(1)))
        .isInstanceOf(StoreDamagedException.class)
        .hasMessageContaining("not encrypted");
  }

  @Test
  void noNonceIsUsedTwiceWhateverWasCutOffCopiedOrRestored() throws IOException {
    Set<String> nonces = new HashSet<>();
    SimDisk disk = filled(Keys.with(1), 1);
    int frames = collect(bytes(disk, FIRST), nonces);
    for (int round = 0; round < 40; round++) {
      SimDisk running = disk.afterKill(DiskSettings.PLAIN);
      LogEventStore store = open(running, Keys.with(1));
      store.append(Workloads.append(round + 1, 20)).join();
      Set<String> fresh = new HashSet<>();
      byte[] written = bytes(running, FIRST);
      collect(written, fresh);
      fresh.removeAll(nonces);
      assertThat(fresh).as("each opening goes on elsewhere").hasSize(1);
      nonces.addAll(fresh);
      frames++;
      // the same place is written again, as after a torn group, or beside a copy
      if (round % 3 == 0) {
        disk = running.afterKill(DiskSettings.PLAIN);
      }
      store.close();
    }
    assertThat(nonces).hasSize(frames);
  }

  /** Adds the nonces of a segment's frames; returns how many there are. */
  private static int collect(byte[] segment, Set<String> nonces) {
    ByteBuffer in = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN);
    int count = 0;
    for (int at = HEADER; at + FRAME_HEADER < segment.length && in.getInt(at + 4) != 0; ) {
      if (in.get(at + 32) == 1) {
        nonces.add(in.getInt(at + FRAME_HEADER) + " " + in.getLong(at + FRAME_HEADER + 4));
        count++;
      }
      at += (in.getInt(at + 4) + 7) & ~7;
    }
    return count;
  }

  @Test
  void equalEventsAreStoredAsDifferentBytes() throws IOException {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = open(disk, Keys.with(1))) {
      for (int i = 0; i < 2; i++) {
        store.append(Append.of(new java.util.UUID(3, i), Workloads.append(0, 500).events())).join();
      }
    }
    byte[] segment = bytes(disk, FIRST);
    int length =
        (ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER + 4) + 7) & ~7;
    int from = HEADER + FRAME_HEADER;
    int same = 0;
    for (int i = 0; i < 500; i++) {
      same += segment[from + i] == segment[from + length + i] ? 1 : 0;
    }
    assertThat(same).as("equal bytes, of which chance makes about two").isLessThan(30);
  }

  @Test
  void contentsThatWereChangedAreDamageThoughTheChecksumIsRight() throws IOException {
    SimDisk disk = filled(Keys.with(1), 3);
    byte[] segment = bytes(disk, FIRST);
    int length = ByteBuffer.wrap(segment).order(ByteOrder.LITTLE_ENDIAN).getInt(HEADER + 4);
    // header (position, time, append id), nonce, contents, tag
    for (int at : new int[] {41, 50, 57, 70, 80, 91, 92, 300, length - 16, length - 1}) {
      SimDisk changed = disk.afterKill(DiskSettings.PLAIN);
      byte[] bytes = segment.clone();
      bytes[HEADER + at] ^= 1;
      CRC32C crc = new CRC32C();
      crc.update(bytes, HEADER + 4, length - 4);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(HEADER, (int) crc.getValue());
      replace(changed, FIRST, bytes);
      assertThatThrownBy(() -> open(changed, Keys.with(1)))
          .as("byte %d", at)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("" + HEADER);
      assertThat(LogFolder.verify(changed, Keys.with(1)).damage()).as("byte %d", at).isNotEmpty();
    }
  }

  @Test
  void aSealedSegmentThatWasChangedIsDamageWhenItIsRead() throws IOException {
    SimDisk disk = filled(Keys.with(1), 12);
    byte[] bytes = bytes(disk, FIRST);
    ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = in.getInt(HEADER + 4);
    bytes[HEADER + 200] ^= 1;
    CRC32C crc = new CRC32C();
    crc.update(bytes, HEADER + 4, length - 4);
    in.putInt(HEADER, (int) crc.getValue());
    replace(disk, FIRST, bytes);
    try (LogEventStore store = open(disk, Keys.with(1))) {
      assertThatThrownBy(() -> Evidence.everything(store))
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(FIRST);
      assertThat(store.read(Query.all(), 20, Direction.FORWARD, 9).events()).hasSize(5);
    }
  }

  @Test
  void anyFlipInTheHeaderIsDamage() throws IOException {
    SimDisk disk = filled(Keys.with(1), 1);
    for (int at = 0; at < HEADER; at += at < 300 ? 1 : 97) {
      SimDisk flipped = disk.afterKill(DiskSettings.PLAIN);
      flipped.flip(FIRST, at, 1 << (at % 8));
      assertThatThrownBy(() -> open(flipped, Keys.with(1)))
          .as("byte %d", at)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining(FIRST);
    }
  }

  @Test
  void aBackupNeedsNoKeyAndIsOpenedByThatOfTheStore() {
    SimDisk disk = filled(Keys.with(1), 12);
    SimDisk backups = SimDisk.empty();
    SimDisk made = SimDisk.empty();
    List<RecordedEvent> before = everything(disk, Keys.with(1));
    LogFolder.backup(disk, backups, SystemSeams.shared(), LogProgress.NONE);
    LogFolder.restore(backups, made, SystemSeams.shared(), LogProgress.NONE);
    assertThatThrownBy(() -> open(made)).isInstanceOf(StoreKeyException.class);
    assertThatThrownBy(() -> open(made, Keys.with(2))).isInstanceOf(StoreKeyException.class);
    assertThat(everything(made, Keys.with(1))).isEqualTo(before);
    assertThat(LogFolder.verify(made, Keys.with(1)).damage()).isEmpty();
  }

  @Test
  void aFlipInTheCopyOfTheKeysIsFoundByTheRestore() throws IOException {
    SimDisk disk = filled(Keys.with(1), 3);
    SimDisk backups = SimDisk.empty();
    LogFolder.backup(disk, backups, SystemSeams.shared(), LogProgress.NONE);
    int size = bytes(backups, "keys-1").length;
    for (int at = 0; at < size; at++) {
      SimDisk flipped = backups.afterKill(DiskSettings.PLAIN);
      flipped.flip("keys-1", at, 1 << (at % 8));
      SimDisk made = SimDisk.empty();
      assertThatThrownBy(
              () -> LogFolder.restore(flipped, made, SystemSeams.shared(), LogProgress.NONE))
          .as("byte %d", at)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("keys-1");
    }
  }

  @Test
  void aSalvageTakesTheKeyOfALostHeaderFromTheFileOfKeys() {
    SimDisk disk = filled(Keys.with(1), 12);
    List<RecordedEvent> before = everything(disk, Keys.with(1));
    disk.flip(FIRST, 150, 1);
    disk.flip("000000000002.seg", HEADER + 200, 1);
    assertThatThrownBy(
            () -> LogFolder.salvage(disk, SimDisk.empty(), SystemSeams.shared(), LogProgress.NONE))
        .isInstanceOf(StoreKeyException.class);
    SimDisk made = SimDisk.empty();
    LogSalvage salvage =
        LogFolder.salvage(disk, made, SystemSeams.shared(), Keys.with(1), LogProgress.NONE);
    assertThat(salvage.events()).isEqualTo(22);
    assertThat(everything(made, Keys.with(1))).isNotEmpty().allMatch(before::contains).hasSize(22);
    assertThatThrownBy(() -> open(made)).isInstanceOf(StoreKeyException.class);
    assertThat(LogFolder.verify(made, Keys.with(1)).damage()).isEmpty();
  }

  @Test
  void manyEventsOfOneAppendAreReadInAnyOrder() {
    SimDisk disk = SimDisk.empty();
    int[] sizes = new int[300];
    Arrays.setAll(sizes, i -> i % 7);
    try (LogEventStore store = open(disk, Keys.with(1))) {
      Append append = Workloads.append(1, sizes);
      store.append(append).join();
      for (int at : new int[] {300, 1, 150, 151, 149, 299}) {
        RecordedEvent event = store.read(Query.all(), at, Direction.FORWARD, 1).events().get(0);
        assertThat(event.type()).isEqualTo("type-" + (at - 1));
        assertThat(event.data()).isEqualTo(append.events().get(at - 1).data());
      }
      assertThat(store.read(Query.all(), 300, Direction.BACKWARD, 300).events())
          .extracting(RecordedEvent::position)
          .startsWith(300L, 299L)
          .hasSize(300);
    }
  }

  @Test
  void whatIsAcknowledgedSurvivesAPowerFailure() {
    SimDisk disk = SimDisk.empty();
    LogEventStore store = open(disk, Keys.with(1));
    append(store, 0, 12);
    SimDisk after = disk.afterPowerLoss(Choices.loseAll(), DiskSettings.PLAIN);
    assertThat(everything(after, Keys.with(1))).hasSize(24);
  }
}
