package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looking at events. */
final class ReadAndTailTest {
  @TempDir Path folder;
  private Path data;

  @BeforeEach
  void fill() {
    data = folder.resolve("data");
  }

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).with("MILLRACE_DATA", data.toString()).run(arguments);
  }

  private static List<Integer> numbers(CliRun run) {
    return run.outLines().stream()
        .map(line -> (Map<?, ?>) JsonText.object(line).get("data"))
        .map(event -> (Integer) event.get("number"))
        .toList();
  }

  @Test
  void readsInOrderFromAPositionAndAtMostTheLimit() {
    TestStore.fill(data, 25);

    assertThat(numbers(millrace("read", "--json"))).hasSize(25).startsWith(1, 2, 3).endsWith(25);
    assertThat(numbers(millrace("read", "--json", "--limit", "2"))).containsExactly(1, 2);
    assertThat(numbers(millrace("read", "--json", "--backward", "--limit", "2")))
        .containsExactly(25, 24);
    CliRun fourth = millrace("read", "--json", "--limit", "1", "--tag", "number:4");
    Integer position = (Integer) JsonText.lastLine(fourth).get("position");
    assertThat(numbers(millrace("read", "--json", "--from", position + "", "--limit", "2")))
        .containsExactly(4, 5);
    assertThat(numbers(millrace("read", "--json", "--from", position + "", "--backward")))
        .containsExactly(4, 3, 2, 1);
  }

  @Test
  void readsByTypeTagAndTenant() {
    try (EventStore store = TestStore.open(data)) {
      TestStore.append(store, 1, 6);
      TestStore.appendFor(store, "acme", 7);
    }

    assertThat(numbers(millrace("read", "--json", "--type", "counted"))).containsExactly(2, 4, 6);
    assertThat(numbers(millrace("read", "--json", "--type", "counted,odd-counted"))).hasSize(6);
    assertThat(numbers(millrace("read", "--json", "--tag", "all:yes", "--tag", "number:3")))
        .containsExactly(3);
    assertThat(numbers(millrace("read", "--json", "--tenant", "acme"))).containsExactly(7);
    assertThat(numbers(millrace("read", "--json", "--all-tenants"))).hasSize(7);
  }

  @Test
  void anEventIsPrintedWithAllThatIsKnownOfIt() {
    TestStore.fill(data, 2);

    Map<String, Object> event = JsonText.lastLine(millrace("read", "--json"));
    assertThat(event)
        .containsKeys("position", "id", "time", "metadata")
        .containsEntry("type", "counted")
        .containsEntry("schemaVersion", 1)
        .containsEntry("tenant", "default")
        .containsEntry("tags", List.of("number:2", "all:yes"));
    assertThat(((Map<?, ?>) event.get("data")).get("amount"))
        .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.DOUBLE)
        .isCloseTo(12.5, within(0.0));
    assertThat(millrace("read", "--json").out()).contains("\"amount\":12.50");

    assertThat(millrace("read", "--limit", "1").out())
        .containsPattern("#1  \\d{4}-\\d\\d-\\d\\dT.*Z  odd-counted  number:1 all:yes\n")
        .contains("    {\n      \"number\": 1,\n      \"amount\": 12.50,\n");
  }

  @Test
  void dataThatIsNoJsonIsShownInBase64() {
    try (EventStore store = TestStore.open(data)) {
      TestStore.appendBinary(store, 1);
    }

    assertThat(JsonText.lastLine(millrace("read", "--json"))).containsEntry("dataBase64", "/wAB");
    assertThat(millrace("tail").out()).contains("base64:/wAB");
  }

  @Test
  void tailShowsTheNewestLast() {
    TestStore.fill(data, 25);

    assertThat(numbers(millrace("tail", "--json"))).hasSize(10).startsWith(16).endsWith(25);
    assertThat(numbers(millrace("tail", "--json", "-n", "2"))).containsExactly(24, 25);
    assertThat(numbers(millrace("tail", "--json", "-n", "2", "--type", "counted")))
        .containsExactly(22, 24);
    assertThat(millrace("tail", "-n", "1").outLines()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "read",
        "tail",
        "tail --follow",
        "replay",
        "log verify",
        "log stats",
        "retail report"
      })
  void withoutAStoreItSaysSoAndMakesNone(String command) throws IOException {
    CliRun gone = millrace(command.split(" "));
    assertThat(gone.errWithoutLogs())
        .contains("folder " + data + " does not exist", "--data", "millrace demo")
        .hasLineCount(1);
    assertThat(gone.code).isEqualTo(1);
    assertThat(data).doesNotExist();

    Files.createDirectory(data);
    CliRun empty = millrace(command.split(" "));
    assertThat(empty.errWithoutLogs()).contains(data + " holds no store").hasLineCount(1);
    assertThat(empty.code).isEqualTo(1);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void aReaderThatHasEnoughEndsItQuietly() {
    TestStore.fill(data, 25);
    CliRun run =
        CliRun.in(folder)
            .with("MILLRACE_DATA", data.toString())
            .writingTo(failing("Broken pipe"))
            .run("read");

    assertThat(run.code).isZero();
    assertThat(run.errWithoutLogs()).isEmpty();
  }

  @Test
  void aFullDiskBehindTheOutputIsAFailure() {
    TestStore.fill(data, 25);
    CliRun run =
        CliRun.in(folder)
            .with("MILLRACE_DATA", data.toString())
            .writingTo(failing("No space left on device"))
            .run("read");

    assertThat(run.code).isEqualTo(1);
    assertThat(run.errWithoutLogs())
        .contains("cannot write to standard output: No space left on device");
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
