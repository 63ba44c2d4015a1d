package dev.millrace.log;

import dev.millrace.core.seam.Disk;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.testkit.history.History;
import dev.millrace.testkit.sim.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Something that is done to a store in the workloads of {@link OperationsTest}. One more is one
 * line in {@link #ALL}.
 *
 * @param name in what is reported
 * @param step does it
 */
record Operation(String name, Step step) {
  static final SnapshotKey KEY = new SnapshotKey("view", 1, "print", Tenant.DEFAULT, "key");
  private static final Query SEAT = Query.tags(new TagValue("seat", "1"));

  /** Everything that is done; each in each place of a workload. */
  static final List<Operation> ALL =
      List.of(
          new Operation("append", run -> run.append(20)),
          new Operation("append several pages", run -> run.append(300, 2_500, 0)),
          new Operation("append on a condition", Run::appendOnACondition),
          new Operation("append again", Run::appendAgain),
          new Operation("append two at once", Run::appendTwo),
          new Operation("roll", run -> run.append(5_000)),
          new Operation("seal", run -> run.simulation.scheduler().runUntilIdle()),
          new Operation("be idle", run -> run.simulation.scheduler().runFor(Duration.ofSeconds(1))),
          new Operation("save a snapshot", Run::saveSnapshot),
          new Operation("back up", Run::backUp),
          new Operation("open again", Run::openAgain));

  /** Does it. */
  @FunctionalInterface
  interface Step {
    void run(Run run) throws IOException;
  }

  /** What was promised: what a store that is opened later is compared with. */
  static final class Noted {
    final History history = new History();
    final List<Append> appends = new ArrayList<>();
    long savedAt;
    long snapshotAsked;
    boolean backedUp;
    long backupHead;
  }

  /** A workload that is under way. */
  static final class Run {
    private final Simulation simulation;
    private final Noted noted;
    private @Nullable LogEventStore store;

    Run(Simulation simulation, Noted noted) throws IOException {
      this.simulation = simulation;
      this.noted = noted;
      open();
    }

    static Disk storeFolder(Simulation simulation) throws IOException {
      return folder(simulation, "store");
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

    private void open() throws IOException {
      store =
          simulation.await(
              LogEventStore.opening(storeFolder(simulation), simulation.seams(), Workloads.TINY));
    }

    /** An append that fails is no reason to stop: one that is never answered is. */
    private void settle(List<CompletableFuture<?>> answers) {
      simulation.scheduler().runUntil(() -> answers.stream().allMatch(CompletableFuture::isDone));
    }

    private CompletableFuture<?> begin(Append append) {
      noted.appends.add(append);
      return noted.history.recording("client", store).append(append);
    }

    private UUID id() {
      return new UUID(9, noted.appends.size() + 1L);
    }

    private Append made(String tag, int... sizes) {
      List<NewEvent> events = new ArrayList<>();
      for (int size : sizes) {
        String text = noted.appends.size() + "." + events.size() + ":";
        events.add(
            new NewEvent(
                "done", 1, List.of(TagValue.parse(tag)), Bytes.utf8(text + "x".repeat(size))));
      }
      return Append.of(id(), events);
    }

    void append(int... sizes) {
      settle(List.of(begin(made("n:" + noted.appends.size(), sizes))));
    }

    void appendOnACondition() {
      settle(List.of(begin(made("seat:1", 10).onlyIf(AppendCondition.noneMatching(SEAT, 0)))));
    }

    void appendAgain() {
      if (noted.appends.isEmpty()) {
        append(30);
      } else {
        settle(List.of(begin(noted.appends.get(0))));
      }
    }

    void appendTwo() {
      Append seat = made("seat:1", 15).onlyIf(AppendCondition.noneMatching(SEAT, 0));
      List<CompletableFuture<?>> answers = new ArrayList<>();
      answers.add(begin(seat));
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

    void openAgain() throws IOException {
      close();
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
        if (simulation.disk().newestFault().isEmpty()) {
          throw failed;
        }
        if (operation.name().equals("open again")) {
          throw failed; // there is no store any more
        }
      }
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
