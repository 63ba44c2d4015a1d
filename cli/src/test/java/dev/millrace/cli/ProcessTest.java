package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.EventStore;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own shows: its exit code, signals, pipes, and locks. */
final class ProcessTest {
  @TempDir Path folder;

  @Test
  void anUnknownCommandEndsWithTwo() throws Exception {
    try (ChildProcess child = ChildProcess.start(folder, "tial")) {
      assertThat(child.awaitExit()).isEqualTo(2);
      assertThat(child.err()).contains("unknown command 'tial'; did you mean 'tail'?");
    }
  }

  @Test
  void aReaderThatHasEnoughEndsItQuietly() throws Exception {
    TestStore.fill(folder.resolve("data"), 2_000);

    try (ChildProcess child = ChildProcess.start(folder, "read", "--data", "data")) {
      child.awaitLine("number:1 ");
      child.closeOutput();

      assertThat(child.awaitExitWithoutReading()).isZero();
      assertThat(child.err().lines()).allMatch(line -> line.startsWith("{")); // logs only
    }
  }

  @Test
  void aSecondProcessOnAFolderIsToldWhoHasIt() throws Exception {
    Path data = folder.resolve("data");
    TestStore.fill(data, 3);
    try (ChildProcess first =
        ChildProcess.start(folder, "tail", "--follow", "--json", "--data", "data")) {
      first.awaitLine("number:3");

      CliRun second = CliRun.in(folder).run("read", "--data", data.toString());

      assertThat(second.errWithoutLogs())
          .hasLineCount(1)
          .contains(data.resolve("log").toString(), "process " + first.pid());
      assertThat(second.code).isEqualTo(1);
      first.terminate();
      assertThat(first.awaitExit()).isZero();
    }
    try (EventStore store = TestStore.open(data)) {
      assertThat(store.head()).isPositive();
    }
  }

  @Test
  void aDemoThatIsTerminatedStopsInGoodOrder() throws Exception {
    try (ChildProcess child = ChildProcess.start(folder, "demo", "--data", "data")) {
      child.awaitLine("^ready in .*: http://127.0.0.1:\\d+ shows the shop in data, 0 events");
      child.terminate();

      assertThat(child.awaitExit()).as(child.err()).isZero();
      assertThat(child.lines()).anyMatch(line -> line.startsWith("stopped after "));
      assertThat(child.err().lines())
          .as("logs are JSON when standard error is no terminal")
          .isNotEmpty()
          .allSatisfy(line ->
              assertThat(JsonText.object(line))
                  .containsKeys("time", "level", "logger", "thread", "message"));
    }
    CliRun verified =
        CliRun.in(folder)
            .run("log", "verify", "--json", "--data", folder.resolve("data").toString());
    assertThat(verified.code).as(verified.err()).isZero();
  }

  @Test
  void aDemoServesWhenItSaysSo() throws Exception {
    try (ChildProcess child =
            ChildProcess.start(folder, "demo", "--json", "--data", "data", "--port", "0");
        HttpClient client = HttpClient.newHttpClient()) {
      Object url = JsonText.object(child.awaitLine("ready")).get("url");
      HttpRequest ready = HttpRequest.newBuilder(URI.create(url + "/health/ready")).build();

      assertThat(client.send(ready, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
      child.terminate();
      assertThat(child.awaitExit()).as(child.err()).isZero();
    }
  }

  @Test
  void aPortThatIsTakenIsSaidWithWhatToDo() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(other.getLocalPort());
      CliRun run =
          CliRun.in(folder)
              .run("demo", "--data", folder.resolve("data").toString(), "--port", port);

      assertThat(run.code).isEqualTo(1);
      assertThat(run.errWithoutLogs())
          .hasLineCount(1)
          .contains("cannot listen on 127.0.0.1:" + port, "choose another");
    }
  }

  @Test
  void aDemoInFilesEndsAfterItsDurationWithASummary() throws Exception {
    Invoices.write(folder.resolve("invoices.csv"), 1, 20);
    try (ChildProcess child =
        ChildProcess.start(
            folder, "demo", "--json", "--data", "data", "--duration", "5s", "invoices.csv")) {
      assertThat(child.awaitExit()).as(child.err()).isZero();

      var first = JsonText.object(child.lines().getFirst());
      assertThat(first).containsEntry("kind", "ready").containsKey("readySeconds");
      var last = JsonText.object(child.lines().getLast());
      assertThat(last)
          .containsEntry("kind", "summary")
          .containsEntry("commands", 20)
          .containsKeys("eventsPerSecond", "netByCountry", "processors");
    }
  }
}
