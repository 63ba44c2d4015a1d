package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checking and counting the files of a store. */
final class LogToolsTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void fill() {
    data = folder.resolve("data");
    TestStore.fill(data, 100);
  }

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).with("MILLRACE_DATA", data.toString()).run(arguments);
  }

  @Test
  void eventsOfATypeAreScavengedAndTheRecordShows() {
    CliRun run = millrace("log", "scavenge", "--type", "counted", "--yes", "--json");

    assertThat(run.code).as(run.err()).isZero();
    assertThat(JsonText.lastLine(run)).containsEntry("events", 50).containsEntry("ok", true);
    assertThat(millrace("log", "verify").out()).startsWith("ok  100 events");
    assertThat(millrace("log", "stats").out())
        .contains("50 events of 50 appends, of types counted")
        .contains("millrace:removed");
    assertThat(millrace("read", "--type", "counted", "--json").out()).isEmpty();
    assertThat(millrace("log", "scavenge", "--type", "counted", "--yes").out())
        .startsWith("there are no such events");
  }

  @Test
  void aWholeStoreIsOk() {
    CliRun run = millrace("log", "verify", "--json");

    assertThat(run.code).isZero();
    assertThat(run.outLines()).hasSize(1);
    assertThat(JsonText.lastLine(run))
        .containsEntry("ok", true)
        .containsEntry("events", 100)
        .containsEntry("segments", 1)
        .containsEntry("damage", List.of());
    assertThat(millrace("log", "verify").out()).startsWith("ok  100 events in 100 appends");
  }

  @Test
  void aDamagedStoreIsNotAndThePlaceIsNamed() throws IOException {
    Path segment = flipAByteInTheMiddle();

    CliRun run = millrace("log", "verify", "--json");

    assertThat(run.code).isEqualTo(1);
    Map<String, Object> result = JsonText.lastLine(run);
    assertThat(result).containsEntry("ok", false);
    assertThat((List<?>) result.get("damage"))
        .isNotEmpty()
        .first()
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.MAP)
        .containsEntry("file", segment.getFileName().toString())
        .containsKeys("offset", "what");
    CliRun text = millrace("log", "verify");
    assertThat(text.code).isEqualTo(1);
    assertThat(text.out()).startsWith("damaged").contains(segment.getFileName() + " at ");
    assertThat(text.errWithoutLogs()).contains("restore it from a backup");
  }

  @Test
  void aDamagedStoreIsNotRead() throws IOException {
    Path segment = flipAByteInTheMiddle();

    CliRun run = millrace("read");

    assertThat(run.code).isEqualTo(1);
    assertThat(run.errWithoutLogs())
        .hasLineCount(1)
        .contains(segment.getFileName().toString(), "damaged at offset", "millrace log verify");
    assertThat(run.err()).doesNotContain("\tat ");
    assertThat(millrace("read", "--verbose").err()).contains("\tat dev.millrace");
  }

  private Path flipAByteInTheMiddle() throws IOException {
    Path segment;
    try (Stream<Path> files = Files.list(data.resolve("log"))) {
      segment = files.filter(file -> file.toString().endsWith(".seg")).findFirst().orElseThrow();
    }
    // The 50th event: its data is text that stands in the file as it is.
    String text =
        new String(Files.readAllBytes(segment), java.nio.charset.StandardCharsets.ISO_8859_1);
    int at = text.indexOf("{\"number\":50,") + 2;
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'N'}), at);
    }
    return segment;
  }

  @Test
  void countsWhatIsThere() {
    CliRun run = millrace("log", "stats", "--json");

    assertThat(run.code).isZero();
    assertThat(JsonText.lastLine(run))
        .containsEntry("events", 100)
        .containsEntry("appends", 100)
        .containsEntry("tags", 101)
        .containsEntry("eventsByType", Map.of("counted", 50, "odd-counted", 50));
    assertThat(millrace("log", "stats").out()).containsPattern("odd-counted +50");
  }

  @Test
  void aStoreThatIsOpenIsNotChecked() {
    try (EventStore store = TestStore.open(data)) {
      CliRun run = millrace("log", "verify");

      assertThat(store.head()).isPositive();
      assertThat(run.code).isEqualTo(1);
      assertThat(run.errWithoutLogs()).hasLineCount(1).contains(data.resolve("log").toString());
    }
  }
}
