package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreKeyException;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.testkit.sim.DiskCuts;
import dev.millrace.testkit.sim.DiskSettings;
import dev.millrace.testkit.sim.SimDisk;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Another master key opens a store without a segment being touched, whatever happens meanwhile. */
final class KeyRotationTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final String KEYS = "keys";

  private static SimDisk filled() {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      EncryptionTest.append(store, 0, 12);
    }
    return disk;
  }

  private static void rotate(Disk disk, int from, int to) {
    assertThat(LogFolder.rotateKey(disk, List.of(Keys.master(from)), Keys.master(to))).isPositive();
  }

  private static List<RecordedEvent> everything(Disk disk, int key) {
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(key))) {
      return Evidence.everything(store);
    }
  }

  private static void refused(Disk disk, int key) {
    assertThatThrownBy(() -> EncryptionTest.open(disk, Keys.with(key)))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(Keys.master(key).id());
  }

  @Test
  void theOldKeyCanGoAndNoSegmentIsTouched() throws IOException {
    SimDisk disk = filled();
    List<RecordedEvent> before = everything(disk, 1);
    byte[] first = EncryptionTest.bytes(disk, "000000000001.seg");
    rotate(disk, 1, 2);
    refused(disk, 1);
    assertThat(everything(disk, 2)).isEqualTo(before);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(2))) {
      EncryptionTest.append(store, 12, 20);
    }
    rotate(disk, 2, 3);
    refused(disk, 1);
    refused(disk, 2);
    assertThat(everything(disk, 3)).hasSize(40).containsAll(before);
    assertThat(EncryptionTest.bytes(disk, "000000000001.seg")).isEqualTo(first);
    assertThat(LogFolder.verify(disk, Keys.with(3)).damage()).isEmpty();
  }

  @Test
  void aWrongOldKeyAPlainStoreAndAnOpenOneAreRefused() {
    SimDisk disk = filled();
    assertThatThrownBy(() -> rotate(disk, 2, 3)).isInstanceOf(StoreKeyException.class);
    SimDisk plain = SimDisk.empty();
    EncryptionTest.open(plain).close();
    assertThatThrownBy(() -> rotate(plain, 1, 2))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining("not encrypted");
    assertThatThrownBy(() -> rotate(SimDisk.empty(), 1, 2))
        .isInstanceOf(IllegalArgumentException.class);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      assertThat(store.head()).isPositive();
      assertThatThrownBy(() -> rotate(disk, 1, 2)).isInstanceOf(StoreLockedException.class);
    }
  }

  @Test
  void aLostFileOfKeysLosesNothingWhileTheKeyOfTheTimeIsThere() throws IOException {
    SimDisk disk = filled();
    List<RecordedEvent> before = everything(disk, 1);
    byte[] keys = EncryptionTest.bytes(disk, KEYS);
    disk.delete(KEYS);
    assertThat(everything(disk, 1)).isEqualTo(before);
    assertThat(EncryptionTest.bytes(disk, KEYS)).as("made again").isEqualTo(keys);

    rotate(disk, 1, 2);
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(2))) {
      EncryptionTest.append(store, 12, 20);
    }
    byte[] rotated = EncryptionTest.bytes(disk, KEYS);
    disk.delete(KEYS);
    assertThatThrownBy(() -> EncryptionTest.open(disk, Keys.with(2)))
        .isInstanceOf(StoreKeyException.class)
        .hasMessageContaining(Keys.master(1).id())
        .hasMessageContaining(Keys.master(2).id())
        .hasMessageContaining("'keys'")
        .hasMessageContaining("rotate-key");
    MasterKey old = Keys.master(1);
    MasterKey key = Keys.master(2);
    LogFolder.rotateKey(disk, List.of(key, old), key);
    assertThat(EncryptionTest.bytes(disk, KEYS)).isEqualTo(rotated);
    assertThat(everything(disk, 2)).hasSize(40);
  }

  @Test
  void anyFlipInTheFileOfKeysIsDamageThatVerifyNames() throws IOException {
    SimDisk disk = filled();
    rotate(disk, 1, 2);
    int size = EncryptionTest.bytes(disk, KEYS).length;
    for (int at = 0; at < size; at++) {
      SimDisk flipped = disk.afterKill(DiskSettings.PLAIN);
      flipped.flip(KEYS, at, 1 << (at % 8));
      assertThatThrownBy(() -> EncryptionTest.open(flipped, Keys.with(2)))
          .as("byte %d", at)
          .isInstanceOf(StoreDamagedException.class)
          .hasMessageContaining("file keys");
      assertThat(LogFolder.verify(flipped).damage()).extracting(Damage::file).contains(KEYS);
    }
  }

  @Test
  void aBackupOfBeforeIsOpenedByTheKeyOfBefore() {
    SimDisk disk = filled();
    List<RecordedEvent> before = everything(disk, 1);
    SimDisk early = SimDisk.empty();
    SimDisk late = SimDisk.empty();
    LogFolder.backup(disk, early, SystemSeams.shared(), LogProgress.NONE);
    LogFolder.backup(disk, late, SystemSeams.shared(), LogProgress.NONE);
    rotate(disk, 1, 2);
    LogBackup again = LogFolder.backup(disk, late, SystemSeams.shared(), LogProgress.NONE);
    assertThat(again.copiedSegments()).as("only the active one").isEqualTo(1);
    SimDisk madeEarly = SimDisk.empty();
    SimDisk madeLate = SimDisk.empty();
    LogFolder.restore(early, madeEarly, SystemSeams.shared(), LogProgress.NONE);
    LogFolder.restore(late, madeLate, SystemSeams.shared(), LogProgress.NONE);
    refused(madeEarly, 2);
    assertThat(everything(madeEarly, 1)).isEqualTo(before);
    refused(madeLate, 1);
    assertThat(everything(madeLate, 2)).isEqualTo(before);
  }

  @Test
  void whereverItIsCutTheOldOrTheNewKeyOpensTheStore() {
    int[] opened = new int[3];
    int checked =
        DiskCuts.of(
                () -> new boolean[2],
                (simulation, done) -> {
                  LogEventStore store = open(simulation, 1);
                  for (int i = 0; i < 3; i++) {
                    simulation.await(store.append(Workloads.append(i, 3_000)));
                  }
                  simulation.await(store.closing());
                  done[0] = true;
                  simulation.await(
                      LogFolder.rotatingKey(
                          simulation.disk(), List.of(Keys.master(1)), Keys.master(2)));
                  done[1] = true;
                },
                (restarted, done, cut) -> {
                  if (!done[0]) {
                    return; // what a store promises when it is cut has a test of its own
                  }
                  int key = done[1] ? 2 : opens(restarted);
                  LogEventStore store = open(restarted, key);
                  assertThat(Evidence.everything(store)).hasSize(3);
                  restarted.await(store.closing());
                  opened[key]++;
                })
            .maxImages(5)
            .forEachCut(3);
    assertThat(checked).isPositive();
    assertThat(opened[1]).as("opened by the old key").isPositive();
    assertThat(opened[2]).as("opened by the new key").isPositive();
  }

  /** A key that is another one's, but waits, or fails, before it wraps. */
  private record Service(MasterKey key, Runnable before) implements MasterKey {
    @Override
    public String id() {
      return key.id();
    }

    @Override
    public byte[] wrap(byte[] secret, byte[] context) {
      before.run();
      return key.wrap(secret, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, byte[] context) {
      return key.unwrap(wrapped, context);
    }
  }

  @Test
  void aRunningStoreChangesItsKeyAndGoesOn() throws IOException {
    SimDisk disk = SimDisk.empty();
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      EncryptionTest.append(store, 0, 12);
      byte[] first = EncryptionTest.bytes(disk, "000000000001.seg");
      assertThat(store.rotateKey(Keys.master(2)).join()).isGreaterThan(2);
      assertThat(EncryptionTest.bytes(disk, "000000000001.seg")).isEqualTo(first);
      EncryptionTest.append(store, 12, 20);
      assertThat(Evidence.everything(store)).hasSize(40);
      assertThat(store.rotateKey(Keys.master(3)).join()).isGreaterThan(4);
      EncryptionTest.append(store, 20, 24);
    }
    refused(disk, 1);
    refused(disk, 2);
    assertThat(everything(disk, 3)).hasSize(48);
    assertThat(LogFolder.verify(disk, Keys.with(3)).damage()).isEmpty();
  }

  @Test
  void appendsDoNotWaitForASlowKeyService() throws InterruptedException {
    SimDisk disk = SimDisk.empty();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answers = new CountDownLatch(1);
    MasterKey slow =
        new Service(
            Keys.master(2),
            () -> {
              asked.countDown();
              await(answers);
            });
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      store.append(Workloads.append(0, 20)).join();
      CompletableFuture<Integer> rotation = store.rotateKey(slow);
      asked.await();
      store.append(Workloads.append(1, 20)).join();
      assertThat(rotation).isNotDone();
      List<CompletableFuture<AppendResult>> rolling = new ArrayList<>();
      for (int i = 2; i < 6; i++) {
        rolling.add(store.append(Workloads.append(i, 5_000))); // each needs another segment
      }
      CompletableFuture<Integer> second = store.rotateKey(Keys.master(3));
      answers.countDown();
      assertThat(rotation.join()).isPositive();
      rolling.forEach(CompletableFuture::join);
      assertThat(second.join()).isPositive();
    }
    assertThat(everything(disk, 3)).hasSize(6);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aKeyServiceThatFailsLeavesTheOldKeyInUse() {
    SimDisk disk = filled();
    MasterKey failing =
        new Service(
            Keys.master(2),
            () -> {
              throw new IllegalStateException("no connection");
            });
    try (LogEventStore store = EncryptionTest.open(disk, Keys.with(1))) {
      CompletableFuture<Integer> rotation = store.rotateKey(failing);
      assertThatThrownBy(rotation::join)
          .hasCauseInstanceOf(StoreKeyException.class)
          .hasMessageContaining("no connection");
      EncryptionTest.append(store, 12, 20);
    }
    assertThat(everything(disk, 1)).hasSize(40);
  }

  @Test
  void aPlainStoreHasNoKeyToChangeAndAnUnknownSourceIsRefused() {
    try (LogEventStore plain = EncryptionTest.open(SimDisk.empty())) {
      assertThatThrownBy(plain.rotateKey(Keys.master(1))::join)
          .hasCauseInstanceOf(StoreKeyException.class)
          .hasMessageContaining("not encrypted");
    }
    try (LogEventStore store = EncryptionTest.open(SimDisk.empty(), Keys.with(1))) {
      assertThatThrownBy(store.rotateKey("nowhere:x")::join)
          .hasCauseInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(store.rotateKey("env:MILLRACE_TEST_WITHOUT_KEY")::join)
          .hasCauseInstanceOf(StoreKeyException.class);
    }
  }

  @Test
  void whereverARunningStoreIsCutTheOldOrTheNewKeyOpensIt() {
    int[] opened = new int[3];
    int checked =
        DiskCuts.of(
                Running::new,
                KeyRotationTest::rotateBesideAppends,
                (restarted, running, cut) -> {
                  if (!running.open) {
                    return;
                  }
                  int key = running.rotated ? 2 : opens(restarted);
                  LogEventStore store = open(restarted, key);
                  List<RecordedEvent> found = Evidence.everything(store);
                  restarted.await(store.closing());
                  assertThat(found).hasSizeBetween(running.acknowledged, running.sent);
                  assertThat(
                          LogFolder.verify(restarted.disk(), Keys.with(key).inSimulation())
                              .damage())
                      .isEmpty();
                  opened[key]++;
                })
            .maxImages(NIGHTLY ? 12 : 3)
            .forEachCut(5);
    assertThat(checked).isPositive();
    assertThat(opened[1]).as("opened by the old key").isPositive();
    assertThat(opened[2]).as("opened by the new key").isPositive();
  }

  /** What is known of a run. */
  private static final class Running {
    private boolean open;
    private boolean rotated;
    private int sent;
    private int acknowledged;
  }

  /** Each append begins a segment, so that both want to write the file of keys. */
  private static void rotateBesideAppends(Simulation simulation, Running running) {
    LogEventStore store = open(simulation, 1);
    running.open = true;
    for (int i = 0; i < 2; i++) {
      append(simulation, store, running);
    }
    CompletableFuture<Integer> rotation = store.rotateKey(Keys.master(2));
    running.sent++;
    CompletableFuture<AppendResult> beside = store.append(Workloads.append(2, 6_000));
    simulation.await(rotation);
    running.rotated = true;
    simulation.await(beside);
    running.acknowledged++;
    append(simulation, store, running);
    simulation.await(store.closing());
  }

  private static void append(Simulation simulation, LogEventStore store, Running running) {
    int number = running.sent++;
    simulation.await(store.append(Workloads.append(number, 6_000)));
    running.acknowledged++;
  }

  private static int opens(Simulation simulation) {
    try {
      LogEventStore store = open(simulation, 2);
      simulation.await(store.closing());
      return 2;
    } catch (StoreKeyException e) {
      return 1;
    }
  }

  private static LogEventStore open(Simulation simulation, int key) {
    return simulation.await(
        LogEventStore.opening(
            simulation.disk(), simulation.seams(), Workloads.TINY, Keys.with(key).inSimulation()));
  }
}
