package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.ReactionCheckpoint;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Salvage, backup and restore, as an operator sees them. */
final class LogCopiesTest {
  private static final String SEGMENT = "log/000000000001.seg";

  @TempDir Path folder;

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).run(arguments);
  }

  private Path filled(int events) {
    Path data = folder.resolve("millrace-data");
    TestStore.fill(data, events);
    return data;
  }

  private static void damage(Path file, String text) throws IOException {
    String content = Files.readString(file, StandardCharsets.ISO_8859_1);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'!'}), content.indexOf(text));
    }
  }

  @Test
  void salvageTakesOverAllButWhatIsDamagedAndNamesIt() throws IOException {
    Path data = filled(100);
    damage(data.resolve(SEGMENT), "\"number\":50,");
    byte[] before = Files.readAllBytes(data.resolve(SEGMENT));

    CliRun run = millrace("log", "salvage", "--to", "rescued", "--json");

    assertThat(run.code).as(run.err()).isZero();
    assertThat(JsonText.lastLine(run))
        .containsEntry("complete", false)
        .containsEntry("events", 99)
        .containsEntry("missingPositions", 1)
        .containsEntry("missing", List.of(Map.of("first", 50, "last", 50)));
    assertThat(Files.readAllBytes(data.resolve(SEGMENT))).isEqualTo(before);
    assertThat(millrace("log", "verify", "--data", "rescued").out()).startsWith("ok  99 events");
    CliRun read = millrace("read", "--data", "rescued", "--from", "49", "--limit", "2", "--json");
    assertThat(read.outLines().get(0)).contains("\"position\":49");
    assertThat(read.outLines().get(1)).contains("\"position\":51");
    CliRun again = millrace("log", "salvage", "--to", "rescued");
    assertThat(again.code).isEqualTo(1);
    assertThat(again.errWithoutLogs()).contains("is not empty");
  }

  @Test
  void aWorkThatWasRefusedCanBeRepeated() {
    Path data = filled(3);
    try (EventStore store = TestStore.open(data)) {
      assertThat(store.head()).isEqualTo(3);
      CliRun refused = millrace("log", "salvage", "--to", "rescued");
      assertThat(refused.code).isEqualTo(1);
      assertThat(refused.errWithoutLogs()).contains("in use", "stop it first");
    }
    assertThat(millrace("log", "salvage", "--to", "rescued").out()).startsWith("all whole");
  }

  @Test
  void anEmptyStoreIsCopiedAndReadToo() {
    filled(0);
    assertThat(millrace("read").code).isZero();
    assertThat(millrace("log", "backup", "--to", "backups").out()).contains("up to position 0");
    assertThat(millrace("log", "salvage", "--to", "rescued").out()).startsWith("all whole  0");
    assertThat(millrace("log", "export", "--data", "rescued").out()).isEmpty();
  }

  @Test
  void salvageSaysInTextWhatIsLost() throws IOException {
    Path data = filled(10);
    damage(data.resolve(SEGMENT), "\"number\":5,");

    CliRun run = millrace("log", "salvage", "--to", "rescued");

    assertThat(run.out())
        .startsWith("salvaged  9 events in 9 appends")
        .contains("000000000001.seg from ", "checksum is wrong", "position 5: missing");
    assertThat(run.errWithoutLogs()).contains("new history").contains("filled again");
    assertThat(millrace("log", "salvage", "--data", "rescued", "--to", "more").out())
        .startsWith("salvaged  9 events")
        .contains("position 5: missing");
  }

  @Test
  void aRunningStoreIsBackedUpAndRestored() {
    Path data = filled(10);
    try (EventStore store = TestStore.open(data)) {
      TestStore.append(store, 11, 10);
      CliRun first = millrace("log", "backup", "--to", "backups", "--json");
      assertThat(first.code).as(first.err()).isZero();
      assertThat(JsonText.lastLine(first)).containsEntry("head", 20).containsEntry("backup", 1);
      TestStore.append(store, 21, 10);
      assertThat(millrace("log", "backup", "--to", "backups").out())
          .startsWith("backup 2 in backups  up to position 30");
    }

    CliRun restore = millrace("log", "restore", "--from", "backups", "--to", "restored");

    assertThat(restore.code).as(restore.err()).isZero();
    assertThat(restore.out()).contains("up to position 30");
    assertThat(restore.errWithoutLogs()).contains("new history");
    assertThat(millrace("log", "verify", "--data", "restored").out()).startsWith("ok  30 events");
    assertThat(millrace("read", "--data", "restored", "--json").out())
        .isEqualTo(millrace("read", "--json").out());
    assertThat(millrace("log", "restore", "--from", "backups", "--to", "restored").code)
        .isEqualTo(1);
  }

  @Test
  void whatAnotherProcessImportsIsBackedUpMeanwhile() throws Exception {
    String invoices = Invoices.realOrMade(1, folder, 7, 3_000).get(0).toString();
    List<Long> heads = new ArrayList<>();
    try (ChildProcess child = ChildProcess.start(folder, "retail", "import", invoices)) {
      while (child.isAlive() && heads.size() < 4) {
        CliRun run = millrace("log", "backup", "--to", "backups", "--json");
        if (run.code == 0) {
          restoreOf(run, heads);
        } else {
          assertThat(run.err()).containsAnyOf("holds no store", "does not exist");
        }
      }
      assertThat(child.awaitExit()).as(child.err()).isZero();
    }
    restoreOf(millrace("log", "backup", "--to", "backups", "--json"), heads);
    System.out.println("LogCopiesTest: backups up to positions " + heads);
    String events = millrace("read", "--json").out();
    for (long head : heads) {
      String restored = millrace("read", "--data", "restored-" + head, "--json").out();
      assertThat(restored.lines().count()).isEqualTo(head);
      assertThat(events).startsWith(restored);
    }
  }

  private void restoreOf(CliRun backup, List<Long> heads) {
    assertThat(backup.code).as(backup.err()).isZero();
    long head = ((Number) JsonText.lastLine(backup).get("head")).longValue();
    if (!heads.contains(head)) {
      CliRun run = millrace("log", "restore", "--from", "backups", "--to", "restored-" + head);
      assertThat(run.code).as(run.err()).isZero();
      heads.add(head);
    }
  }

  @Test
  void aDamagedBackupIsNotRestored() throws IOException {
    filled(10);
    millrace("log", "backup", "--to", "backups");
    damage(folder.resolve("backups/000000000001-1.segment"), "\"number\":5,");

    CliRun run = millrace("log", "restore", "--from", "backups", "--to", "restored", "--json");

    assertThat(run.code).isEqualTo(1);
    assertThat(JsonText.lastLine(run)).containsEntry("ok", false);
    assertThat(run.errWithoutLogs()).contains("000000000001-1.segment", "not as it was written");
    assertThat(millrace("read", "--data", "restored").code).isEqualTo(1);
  }

  @Test
  void readModelsOfTheOldHistoryAreRefusedUntilTheyAreReplayed() throws IOException {
    List<Path> files = Invoices.realOrMade(1, folder, 7, 200);
    assertThat(millrace("retail", "import", files.get(0).toString()).code).isZero();
    String report = millrace("retail", "report", "--json").out();
    millrace("log", "backup", "--to", "backups");
    millrace("log", "restore", "--from", "backups", "--to", "restored");
    Path old = folder.resolve("restored/readmodel.mv.db");
    Files.copy(folder.resolve("millrace-data/readmodel.mv.db"), old);

    CliRun refused = millrace("retail", "report", "--data", "restored");

    assertThat(refused.code).isEqualTo(1);
    assertThat(refused.errWithoutLogs())
        .contains("its checkpoint is at position", "but this is store", "millrace replay");
    CliRun waiting = millrace("replay", "--data", "restored");
    assertThat(waiting.code).isEqualTo(1);
    assertThat(waiting.err()).contains("millrace log reconcile");
    CliRun reconciled =
        millrace(
            "log",
            "reconcile",
            "--data",
            "restored",
            "--context",
            "retail",
            "--reaction",
            "low-stock",
            "--reaction",
            "loyalty",
            "--skip");
    assertThat(reconciled.code).as(reconciled.err()).isZero();
    assertThat(millrace("replay", "--data", "restored").code).isZero();
    assertThat(millrace("retail", "report", "--data", "restored", "--json").out())
        .isEqualTo(report);
  }

  @Test
  void reactionsOnARestoredStoreAreReconciledByACommand() {
    filled(7);
    millrace("log", "backup", "--to", "backups");
    millrace("log", "restore", "--from", "backups", "--to", "restored");

    CliRun skipped =
        millrace(
            "log",
            "reconcile",
            "--data",
            "restored",
            "--context",
            "shop",
            "--reaction",
            "loyalty",
            "--skip");
    CliRun reset =
        millrace(
            "log",
            "reconcile",
            "--data",
            "restored",
            "--context",
            "shop",
            "--reaction",
            "low-stock",
            "--reset",
            "--json");

    assertThat(skipped.out()).startsWith("loyalty goes on after position 7, in history 1");
    assertThat(JsonText.lastLine(reset)).containsEntry("position", 0);
    try (EventStore store = TestStore.open(folder.resolve("restored"))) {
      assertThat(ReactionCheckpoint.find(store, "shop", "loyalty")).hasValue(7);
      assertThat(ReactionCheckpoint.find(store, "shop", "low-stock")).hasValue(0);
    }
    assertThat(millrace("log", "reconcile", "--context", "c", "--reaction", "r").code).isEqualTo(2);
  }

  @Test
  void aMissingOrLockedFolderIsJsonToo() {
    CliRun missing = millrace("log", "verify", "--json");
    assertThat(missing.code).isEqualTo(1);
    assertThat(JsonText.lastLine(missing)).containsEntry("ok", false).containsKey("error");
    Path data = filled(1);
    try (EventStore store = TestStore.open(data)) {
      assertThat(store.head()).isEqualTo(1);
      CliRun locked = millrace("log", "verify", "--json");
      assertThat(locked.code).isEqualTo(1);
      assertThat(String.valueOf(JsonText.lastLine(locked).get("error"))).contains("in use");
      assertThat(JsonText.lastLine(millrace("log", "stats", "--json"))).containsEntry("ok", false);
    }
  }
}
