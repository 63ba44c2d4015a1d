package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archiving and fetching back, as an operator sees them. */
final class LogArchiveTest {
  @TempDir Path folder;

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).run(arguments);
  }

  /** About a dozen segments. */
  private void fill() {
    Path store = folder.resolve("millrace-data/log");
    try (EventStore opened =
        EventStore.open("log:" + store + "?segmentBytes=65536&prepareBytes=4096")) {
      for (int i = 0; i < 80; i++) {
        NewEvent event = new NewEvent("noted", 1, List.of(), Bytes.utf8("x".repeat(9_000)));
        opened.append(Append.of(new UUID(3, i), List.of(event))).join();
      }
    }
  }

  private long bytes(String part) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(part))) {
      return files
          .filter(file -> file.toString().matches(".*\\.seg(ment)?"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    }
  }

  @Test
  void segmentsGoToAFolderAreReadFromThereAndComeBack() throws IOException {
    fill();
    long before = bytes("millrace-data/log");

    CliRun archive = millrace("log", "archive", "--to", "old", "--keep-bytes", "200000", "--json");

    assertThat(archive.code).as(archive.err()).isZero();
    assertThat(JsonText.lastLine(archive)).containsEntry("ok", true);
    int moved = (int) JsonText.lastLine(archive).get("movedSegments");
    assertThat(moved).isGreaterThan(5);
    assertThat(bytes("millrace-data/log")).isLessThan(before / 2);
    assertThat(millrace("log", "verify").out()).startsWith("ok  80 events");
    assertThat(JsonText.lastLine(millrace("log", "stats", "--json")))
        .containsEntry("archivedSegments", moved);
    assertThat(millrace("log", "stats").out()).contains("of these archived");
    CliRun read = millrace("read", "--limit", "1", "--json");
    assertThat(read.outLines().get(0)).contains("\"position\":1");

    CliRun back = millrace("log", "unarchive");

    assertThat(back.out())
        .startsWith(moved + " segments with")
        .contains("fetched back; archived are 0 of");
    assertThat(millrace("log", "verify").out()).startsWith("ok  80 events");
    assertThat(bytes("old")).as("the archive keeps what it has").isPositive();
  }

  @Test
  void anArchiveThatIsGoneIsNamed() throws IOException {
    fill();
    assertThat(millrace("log", "archive", "--to", "old", "--older-than", "0s").code).isZero();
    Files.move(folder.resolve("old"), folder.resolve("elsewhere"));

    CliRun read = millrace("read", "--limit", "1");

    assertThat(read.code).isEqualTo(1);
    assertThat(read.errWithoutLogs()).contains("is in the archive").contains("old");
  }

  @Test
  void whatIsToGoMustBeSaid() {
    assertThat(millrace("log", "archive", "--to", "old").err()).contains("--older-than 30d");
    assertThat(millrace("log", "archive", "--to", "old", "--older-than", "month").err())
        .contains("30d, 12h, 10m");
  }
}
