package dev.millrace.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.CopiedAppend;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.EventStoreProvider;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.MovableStore;
import dev.millrace.core.store.MoveTarget;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.StoreCopy;
import dev.millrace.core.store.StoreFailedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.store.StoreMigration;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.StoreMovedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store moves from a folder to PostgreSQL and back, as it is, and whatever stops it. */
final class MigrationTest {
  private static final StoreMigration.Progress UNSEEN = (work, position, head) -> {};
  private static final SnapshotKey CHECKPOINT =
      new SnapshotKey("millrace:reaction", 2, "f-1", Tenant.DEFAULT, "welcome");

  @TempDir Path folder;
  private final String schema = TestServer.newSchema();

  /** Of small segments, so that moves cross them. */
  private String log(String name) {
    return address(name) + "?segmentBytes=65536&prepareBytes=4096&reserveBytes=0";
  }

  private String address(String name) {
    return "log:" + folder.resolve(name);
  }

  private String postgresql() {
    return TestServer.shared().url(schema);
  }

  /** One of many kinds: large and small, with and without command, of two tenants. */
  private static Append append(int number) {
    int count = number == 70 ? 4_500 : 1 + number % 3;
    List<NewEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      TagValue tag = new TagValue("order", number + "\u0000-\u001F" + i);
      String data = "x".repeat(number % 50 == 0 ? 5_000 : number % 40);
      events.add(new NewEvent("type-" + number % 4, 1 + i % 2, List.of(tag), Bytes.utf8(data)));
    }
    Append append = Append.of(new UUID(7, number), events);
    if (number % 2 == 0) {
      append = append.with(new Metadata("corr-" + number, null, null, "somebody"));
    }
    if (number % 3 == 0) {
      Bytes payload = number % 6 == 0 ? Bytes.utf8("{\"n\":" + number + "}") : null;
      append = append.causedBy(new CommandRecord("id-" + number, "ship", number * 31L, payload));
    }
    return number % 5 == 0 ? append.forTenant(new Tenant("other")) : append;
  }

  private static StoreIdentity fill(String url, int appends) {
    try (EventStore store = EventStore.open(url)) {
      for (int i = 0; i < appends; i++) {
        assertThat(store.append(append(i)).join()).isInstanceOf(Appended.class);
      }
      Snapshot checkpoint =
          new Snapshot(CHECKPOINT, store.identity(), store.head(), Bytes.utf8("so far"));
      store.snapshots().save(checkpoint).join();
      return store.identity();
    }
  }

  private static StoreMigration.Result migrate(String from, String to) {
    try (EventStore source = EventStore.open(from)) {
      return StoreMigration.run(source, to, UNSEEN);
    }
  }

  private static List<CopiedAppend> appends(EventStore store) {
    List<CopiedAppend> all = new ArrayList<>();
    long after = 0;
    while (true) {
      List<CopiedAppend> some = ((MovableStore) store).appends(after, 700);
      if (some.isEmpty()) {
        return all;
      }
      all.addAll(some);
      after = all.get(all.size() - 1).last();
    }
  }

  /** Everything is there, answers as before, and goes on. */
  private static void assertMoved(String from, String to, StoreIdentity identity, int appends) {
    try (EventStore source = EventStore.open(from);
        EventStore target = EventStore.open(to)) {
      assertThat(target.identity()).isEqualTo(identity);
      assertThat(target.head()).isEqualTo(source.head());
      List<CopiedAppend> wanted = appends(source);
      assertThat(wanted).hasSize(appends);
      assertThat(appends(target)).isEqualTo(wanted);
      for (int number : new int[] {0, 1, 6, appends - 1}) {
        assertThat(target.find(new UUID(7, number))).isEqualTo(source.find(new UUID(7, number)));
        assertThat(target.append(append(number)).join())
            .isInstanceOfSatisfying(Appended.class, again -> assertThat(again.repeated()).isTrue());
      }
      assertThat(target.snapshots().find(CHECKPOINT).map(Snapshot::state))
          .contains(Bytes.utf8("so far"));
      long head = target.head();
      assertThat(target.append(append(1_000_000)).join())
          .isInstanceOfSatisfying(
              Appended.class, next -> assertThat(next.first()).isEqualTo(head + 1));
      assertThat(source.append(append(6)).join()).isEqualTo(source6(source));
      assertThatThrownBy(() -> source.append(append(1_000_001)).join())
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(StoreMovedException.class);
    }
  }

  @Test
  void aFolderMovesToPostgresqlAndBack() {
    StoreIdentity identity = fill(log("first"), 200);
    StoreMigration.Result result = migrate(log("first"), postgresql());
    assertThat(result.store()).isEqualTo(identity);
    assertThat(result.to()).isEqualTo(postgresql().replace("postgres@", ""));
    assertThat(result.snapshots()).isEqualTo(1);
    assertThat(result.copiedEvents()).isEqualTo(result.head());
    assertMoved(log("first"), postgresql(), identity, 200);
    StoreMigration.Result back = migrate(postgresql(), log("second"));
    assertThat(back.head()).isEqualTo(result.head() + 2);
    assertThat(migrate(postgresql(), log("second")).copiedEvents())
        .as("again, after it was done")
        .isZero();
    try (EventStore source = EventStore.open(postgresql());
        EventStore target = EventStore.open(log("second"))) {
      assertThat(appends(target)).isEqualTo(appends(source));
      assertThat(target.append(append(6)).join()).isEqualTo(source6(target));
    }
    assertThatThrownBy(() -> migrate(postgresql(), log("third")))
        .isInstanceOf(StoreMovedException.class)
        .hasMessageContaining("second");
  }

  private static Appended source6(EventStore store) {
    var stored = store.find(new UUID(7, 6)).orElseThrow();
    return new Appended(stored.first(), stored.last(), stored.time(), true);
  }

  @Test
  void appendsGoOnUntilTheEndAndAreThenToldWhereItWent() throws Exception {
    fill(postgresql(), 50);
    List<Appended> acknowledged = Collections.synchronizedList(new ArrayList<>());
    AtomicReference<Throwable> ended = new AtomicReference<>();
    CountDownLatch some = new CountDownLatch(100);
    try (EventStore source = EventStore.open(postgresql());
        EventStore other = EventStore.open(postgresql())) {
      Thread appender =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int number = 1_000; ; number++) {
                    acknowledged.add((Appended) other.append(append(number)).join());
                    some.countDown();
                  }
                } catch (CompletionException told) {
                  ended.set(told.getCause());
                }
              });
      assertThat(some.await(60, TimeUnit.SECONDS)).isTrue();
      StoreMigration.run(source, log("live"), UNSEEN);
      appender.join(60_000);
      assertThat(ended.get())
          .isInstanceOfSatisfying(
              StoreMovedException.class,
              moved -> assertThat(moved.to()).isEqualTo(address("live")));
      try (EventStore target = EventStore.open(log("live"))) {
        assertThat(appends(target)).isEqualTo(appends(source));
        assertThat(appends(target))
            .extracting(CopiedAppend::first)
            .containsAll(acknowledged.stream().map(Appended::first).toList());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aKilledMigrationGoesOnWhereItWas(boolean toPostgresql) throws Exception {
    int appends = Boolean.getBoolean("millrace.nightly") ? 60_000 : 4_000;
    String from = toPostgresql ? log("source") : postgresql();
    String to = toPostgresql ? postgresql() : log("target");
    StoreIdentity identity = fill(from, appends);
    int runs = 0;
    for (int kill = 1; run(from, to, kill) != 0; kill += 2) {
      runs++;
      assertThatThrownBy(() -> EventStore.open(to).close())
          .as("nobody opens what is not whole")
          .isInstanceOfAny(StoreMismatchException.class, StoreFailedException.class);
    }
    assertThat(runs).as("processes that were killed").isPositive();
    assertMoved(from, to, identity, appends);
  }

  /** The exit code of a process that is killed when it has said so many lines. */
  private static int run(String from, String to, int lines) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MigratingProcess.class.getName(),
                from,
                to,
                Integer.toString(lines))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      int read = 0;
      for (String line = said.readLine(); line != null; line = said.readLine()) {
        read += line.matches("(COPYING|VERIFYING) .*") ? 1 : 0; // not what is logged
        if (read == lines) {
          process.toHandle().destroyForcibly(); // not the pipe
        }
      }
    }
    return process.waitFor();
  }

  @Test
  void whatIsNotAsItWasCopiedIsFoundAndTheSourceGoesOn() throws Exception {
    fill(log("source"), 300);
    try (EventStore source = EventStore.open(log("source"))) {
      assertThatThrownBy(() ->
              StoreMigration.run(
                  source,
                  postgresql(),
                  (work, position, head) -> {
                    throw new IllegalStateException("stopped");
                  }))
          .hasMessage("stopped");
      TestServer.shared().execute("UPDATE " + schema + ".event SET data = 'y' WHERE position = 10");
      assertThatThrownBy(() -> StoreMigration.run(source, postgresql(), UNSEEN))
          .isInstanceOf(StoreFailedException.class)
          .hasMessageContaining("takes events again");
      assertThat(source.append(append(5_000)).join()).isInstanceOf(Appended.class);
      assertThatThrownBy(() -> EventStore.open(postgresql()).close())
          .isInstanceOf(StoreMismatchException.class)
          .hasMessageContaining("migrate");
    }
  }

  private StoreCopy copy(EventStore source) {
    return EventStoreProvider.find(postgresql())
        .copy(postgresql(), SystemSeams.shared(), source.identity());
  }

  private static void assertTakesEvents(EventStore store, int number) {
    assertThat(store.append(append(number)).join()).isInstanceOf(Appended.class);
  }

  private static void assertTakesNone(EventStore store) {
    assertThatThrownBy(() -> store.append(append(9_999)).join())
        .hasCauseInstanceOf(StoreMovedException.class);
  }

  /** Stopped after all was copied, so that the next run has to compare it, with the source left. */
  private void copyAll(EventStore source) {
    try (StoreCopy copy = copy(source)) {
      while (copy.head() < source.head()) {
        copy.add(((MovableStore) source).appends(copy.head(), 700));
      }
    }
  }

  /** Moves it with something that happens once, when it is compared. */
  private void moveWith(EventStore source, Runnable meanwhile) {
    AtomicBoolean once = new AtomicBoolean();
    StoreMigration.run(
        source,
        postgresql(),
        (work, position, head) -> {
          if (work == StoreMigration.Work.VERIFYING && once.compareAndSet(false, true)) {
            assertTakesNone(source);
            meanwhile.run();
          }
        });
  }

  @Test
  void anotherRunThatFinishesIsNotUndoneByTheOneThatItOvertook() {
    StoreIdentity identity = fill(log("source"), 100);
    try (EventStore source = EventStore.open(log("source"))) {
      copyAll(source);
      assertThatThrownBy(
              () -> moveWith(source, () -> StoreMigration.run(source, postgresql(), UNSEEN)))
          .isInstanceOf(StoreLockedException.class)
          .hasMessageContaining("another migration");
      assertTakesNone(source);
    }
    assertMoved(log("source"), postgresql(), identity, 100);
  }

  @Test
  void anotherRunThatFailsFencesTheOneThatItOvertook() {
    StoreIdentity identity = fill(log("source"), 100);
    try (EventStore source = EventStore.open(log("source"))) {
      copyAll(source);
      Runnable failing =
          () ->
              assertThatThrownBy(() ->
                      moveWith(
                          source,
                          () -> {
                            throw new IllegalStateException("planted");
                          }))
                  .hasMessage("planted");
      assertThatThrownBy(() -> moveWith(source, failing)).isInstanceOf(StoreLockedException.class);
      assertTakesEvents(source, 100);
      assertThatThrownBy(() -> EventStore.open(postgresql()).close())
          .isInstanceOf(StoreMismatchException.class);
      StoreMigration.run(source, postgresql(), UNSEEN);
    }
    assertMoved(log("source"), postgresql(), identity, 101);
  }

  @Test
  void aRunThatWasOvertakenAddsNothing() {
    fill(log("source"), 30);
    try (EventStore source = EventStore.open(log("source"));
        StoreCopy first = copy(source);
        StoreCopy second = copy(source)) {
      List<CopiedAppend> appends = ((MovableStore) source).appends(0, 10);
      assertThatThrownBy(() -> first.add(appends)).isInstanceOf(StoreLockedException.class);
      assertThatThrownBy(first::finish).isInstanceOf(StoreLockedException.class);
      second.add(appends);
      MovableStore movable = (MovableStore) source;
      movable.leave(second.target());
      assertThatThrownBy(() -> movable.leave(first.target()))
          .isInstanceOf(StoreLockedException.class);
      assertThat(movable.stay(first.target())).isFalse();
      assertTakesNone(source);
      assertThat(movable.stay(second.target())).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aStoreLeavesForOnePlace(boolean database) {
    String url = database ? postgresql() : log("source");
    fill(url, 10);
    MoveTarget there = new MoveTarget("log:there", new UUID(1, 2), 3);
    MoveTarget elsewhere = new MoveTarget("log:elsewhere", new UUID(1, 2), 3);
    MoveTarget copy = new MoveTarget("log:there", new UUID(1, 3), 3);
    try (EventStore store = EventStore.open(url)) {
      MovableStore movable = (MovableStore) store;
      movable.leave(there);
      movable.leave(there);
      assertThatThrownBy(() -> movable.leave(elsewhere)).isInstanceOf(StoreMovedException.class);
      assertThatThrownBy(() -> movable.leave(copy))
          .isInstanceOf(StoreMismatchException.class)
          .hasMessageContaining("--target-lost");
      assertThat(movable.stay(elsewhere)).isFalse();
      assertThat(movable.stay(copy)).isFalse();
      assertThat(movable.movedTo()).contains(there);
      assertTakesNone(store);
      assertThat(store.append(append(6)).join()).isEqualTo(source6(store));
      assertThat(movable.stay(there)).isTrue();
      assertThat(movable.movedTo()).isEmpty();
      assertTakesEvents(store, 10);
    }
  }

  @Test
  void aMigrationThatWasStoppedIsAbandoned() throws Exception {
    fill(log("source"), 30);
    try (EventStore source = EventStore.open(log("source"))) {
      MovableStore movable = (MovableStore) source;
      assertThat(StoreMigration.abandon(source, postgresql(), SystemSeams.shared())).isFalse();
      copyAll(source);
      try (StoreCopy killed = copy(source)) {
        movable.leave(killed.target());
        assertThat(StoreMigration.abandon(source, postgresql(), SystemSeams.shared())).isTrue();
        assertThatThrownBy(killed::finish).isInstanceOf(StoreLockedException.class);
      }
      assertTakesEvents(source, 30);
      StoreMigration.run(source, postgresql(), UNSEEN);
      assertThatThrownBy(() -> StoreMigration.abandon(source, postgresql(), SystemSeams.shared()))
          .as("what was finished")
          .isInstanceOf(StoreMovedException.class);
      TestServer.shared().execute("DROP SCHEMA " + schema + " CASCADE");
      assertThatThrownBy(() -> StoreMigration.run(source, postgresql(), UNSEEN))
          .as("what is gone")
          .isInstanceOf(StoreMismatchException.class);
      assertTakesNone(source);
      assertThat(StoreMigration.abandonLost(source)).isPresent();
      assertTakesEvents(source, 31);
    }
  }

  @Test
  void howFarAReactionIsIsNotLeftBehind() throws Exception {
    fill(postgresql(), 10);
    TestServer.shared()
        .execute(
            "UPDATE "
                + schema
                + ".snapshot SET name = NULL, version = NULL, fingerprint = NULL, tenant = NULL");
    assertThatThrownBy(() -> migrate(postgresql(), log("target")))
        .isInstanceOf(StoreFailedException.class)
        .hasMessageContaining("welcome");
    try (EventStore source = EventStore.open(postgresql())) {
      assertTakesEvents(source, 10);
    }
    TestServer.shared().execute("DELETE FROM " + schema + ".snapshot");
    assertThat(migrate(postgresql(), log("target")).snapshots()).isZero();
  }

  @Test
  void anotherStoreIsNotWrittenOver() {
    fill(log("source"), 3);
    fill(postgresql(), 3);
    assertThatThrownBy(() -> migrate(log("source"), postgresql()))
        .isInstanceOf(StoreMismatchException.class);
    fill(log("other"), 3);
    assertThatThrownBy(() -> migrate(log("source"), log("other")))
        .isInstanceOf(StoreMismatchException.class);
    assertThat(migrate(log("source"), log("third")).head()).isPositive();
  }
}
