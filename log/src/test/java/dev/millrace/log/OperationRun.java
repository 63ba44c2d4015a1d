package dev.millrace.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.log.internal.ArchivedDisk;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A workload of {@link Operation}s that is under way, on a plain store or an encrypted one. */
final class OperationRun {
  static final SnapshotKey KEY = new SnapshotKey("view", 1, "print", Tenant.DEFAULT, "key");
  private static final Query SEAT = Query.tags(new TagValue("seat", "1"));
  private static final String ARCHIVE = "sim:archive";

  /** What was promised: what a store that is opened later is compared with. */
  static final class Noted {
    final History history = new History();
    final List<Append> appends = new ArrayList<>();
    long savedAt;
    long snapshotAsked;
    boolean backedUp;
    long backupHead;

    /** The newest master key that is in force for certain; 0: the store is plain. */
    int key;

    /** The newest one that anybody has asked for. */
    int askedKey;

    Noted(boolean encrypted) {
      key = encrypted ? 1 : 0;
      askedKey = key;
    }
  }

  private final Simulation simulation;
  private final Noted noted;
  private @Nullable LogEventStore store;

  OperationRun(Simulation simulation, Noted noted) throws IOException {
    this.simulation = simulation;
    this.noted = noted;
    open();
  }

  /** The folder of the store, with its archive. */
  static Disk storeFolder(Simulation simulation) throws IOException {
    Disk archive = folder(simulation, "archive");
    return ArchivedDisk.of(
        folder(simulation, "store"), location -> FolderArchive.in(archive, location), 4);
  }

  static Disk backupFolder(Simulation simulation) throws IOException {
    return folder(simulation, "backup");
  }

  /** A folder that is there for certain. */
  private static Disk folder(Simulation simulation, String name) throws IOException {
    Disk folder = simulation.disk().folder(name);
    CompletableFuture<Boolean> synced = new CompletableFuture<>();
    simulation
        .disk()
        .sync(failed -> {
          if (failed == null) {
            synced.complete(true);
          } else {
            synced.completeExceptionally(failed);
          }
        });
    simulation.await(synced);
    return folder;
  }

  /** With a master key of a number; 0: without one. */
  static Encryption encryption(int key) {
    return key == 0 ? Encryption.NONE : Keys.with(key).inSimulation();
  }

  private void open() throws IOException {
    store =
        simulation.await(
            LogEventStore.opening(
                storeFolder(simulation),
                simulation.seams(),
                Workloads.TINY,
                encryption(noted.key)));
  }

  /** An append that fails is no reason to stop: one that is never answered is. */
  private void settle(List<CompletableFuture<?>> answers) {
    simulation.scheduler().runUntil(() -> answers.stream().allMatch(CompletableFuture::isDone));
  }

  private CompletableFuture<?> begin(Append append) {
    noted.appends.add(append);
    return noted.history.recording("client", store).append(append);
  }

  private Append made(String tag, int... sizes) {
    List<NewEvent> events = new ArrayList<>();
    for (int size : sizes) {
      String text = noted.appends.size() + "." + events.size() + ":";
      events.add(
          new NewEvent(
              "done", 1, List.of(TagValue.parse(tag)), Bytes.utf8(text + "x".repeat(size))));
    }
    return Append.of(new UUID(9, noted.appends.size() + 1L), events);
  }

  Simulation simulation() {
    return simulation;
  }

  void append(int... sizes) {
    settle(List.of(begin(made("n:" + noted.appends.size(), sizes))));
  }

  private Append seat(int size) {
    return made("seat:1", size).onlyIf(AppendCondition.noneMatching(SEAT, 0));
  }

  void appendOnACondition() {
    settle(List.of(begin(seat(10))));
  }

  void appendAgain() {
    if (noted.appends.isEmpty()) {
      append(30);
    } else {
      settle(List.of(begin(noted.appends.get(0))));
    }
  }

  void appendTwo() {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    answers.add(begin(seat(15)));
    answers.add(begin(made("n:" + noted.appends.size(), 40)));
    settle(answers);
  }

  void saveSnapshot() {
    long position = store.head();
    noted.snapshotAsked = position;
    Snapshot snapshot =
        new Snapshot(KEY, store.identity(), position, Bytes.utf8("state " + position));
    CompletableFuture<Void> saved =
        store
            .snapshots()
            .save(snapshot)
            .thenRun(() -> noted.savedAt = Math.max(noted.savedAt, position));
    settle(List.of(saved));
  }

  void backUp() throws IOException {
    long head = store.head();
    CompletableFuture<Void> backedUp =
        store
            .backup(backupFolder(simulation), LogProgress.NONE)
            .thenAccept(backup -> {
              noted.backedUp = true;
              noted.backupHead = Math.max(noted.backupHead, head);
            });
    settle(List.of(backedUp));
  }

  /** All sealed segments go, and what is read is the same. */
  void archive() {
    moves(store.archive(ArchivePolicy.keeping(ARCHIVE, 0), LogProgress.NONE));
  }

  void fetchBack() {
    moves(store.unarchive(LogProgress.NONE));
  }

  private void moves(CompletableFuture<LogArchival> moving) {
    long head = store.head();
    settle(List.of(moving));
    List<RecordedEvent> after = History.everything(store);
    assertThat(noted.history.check(after)).as("what no store may do").isEmpty();
    assertThat(after).hasSize((int) head);
  }

  void openAgain() throws IOException {
    close();
    open();
  }

  /** Changes the master key, which is done while nobody has the store. */
  void changeKey() throws IOException {
    close();
    noted.askedKey = noted.key + 1;
    simulation.await(
        LogFolder.rotatingKey(
            storeFolder(simulation), List.of(Keys.master(noted.key)), Keys.master(noted.askedKey)));
    noted.key = noted.askedKey;
    open();
  }

  void close() {
    settle(List.of(store.closing()));
  }

  /** Does one, whatever the disk says; what counts is what was answered. */
  void perform(Operation operation) throws IOException {
    try {
      operation.step().run(this);
    } catch (MillraceException failed) {
      boolean storeIsLeft = !operation.reopens();
      if (simulation.disk().newestFault().isEmpty() || !storeIsLeft) {
        throw failed;
      }
    }
  }
}
