package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Tracing;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TailTest {
  private static final String TAIL = "/api/contexts/bank/tail";

  @TempDir Path folder;
  private RunningBank bank;

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  /** An event as a browser would see it. */
  private record Message(String id, String data) {}

  /** Reads server-sent events by their grammar. */
  private static final class Reader implements AutoCloseable {
    private final BufferedReader lines;
    private String lastId = "";

    Reader(HttpResponse<java.io.InputStream> response) {
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream");
      this.lines =
          new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
    }

    Message next() throws IOException {
      StringBuilder data = new StringBuilder();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        } else if (line.startsWith("data: ")) {
          data.append(line.substring(6));
        } else if (line.isEmpty() && !data.isEmpty()) {
          return new Message(lastId, data.toString());
        }
      }
      throw new IOException("the tail has ended");
    }

    /** The first id, which is there before any event. */
    String firstId() throws IOException {
      while (lastId.isEmpty()) {
        String line = lines.readLine();
        if (line.startsWith("id: ")) {
          lastId = line.substring(4);
        }
      }
      return lastId;
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  private Reader tail(String parameters, String... headers) throws Exception {
    var request = bank.request(TAIL + parameters);
    if (headers.length > 0) {
      request.headers(headers);
    }
    return new Reader(bank.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream()));
  }

  @Test
  void aTailShowsWhatComesAndWhatMatches() throws Exception {
    bank.deposit("a-1", 1);
    try (Reader all = tail("");
        Reader one = tail("?tag=account:a-2");
        Reader withdrawn = tail("?type=withdrawn")) {
      all.firstId();
      one.firstId();
      withdrawn.firstId();
      bank.deposit("a-1", 2);
      bank.deposit("a-2", 3);
      bank.command("withdraw", "{\"account\":\"a-2\",\"cents\":1}");

      assertThat(all.next().data()).contains("\"position\":2");
      assertThat(all.next().data()).contains("\"position\":3");
      assertThat(one.next().data()).contains("\"position\":3");
      assertThat(one.next().data()).contains("\"position\":4");
      assertThat(withdrawn.next().data()).contains("\"type\":\"withdrawn\"");
    }
  }

  @Test
  void aTailGoesOnWhereItBroke() throws Exception {
    String id;
    try (Reader first = tail("?after=0")) {
      bank.deposit("a-1", 1);
      bank.deposit("a-1", 2);
      assertThat(first.next().data()).contains("\"position\":1");
      id = first.lastId;
    }
    bank.deposit("a-1", 3);
    try (Reader again = tail("", "Last-Event-ID", id)) {
      assertThat(again.next().data()).contains("\"position\":2");
      assertThat(again.next().data()).contains("\"position\":3");
    }
  }

  @Test
  void aTailThatSawNothingStillMovesOn() throws Exception {
    try (Reader reader = tail("?type=withdrawn")) {
      reader.firstId();
      String position = bank.deposit("a-1", 1);
      while (!reader.lines.readLine().equals("id: " + position)) {
        assertThat(reader.lines).isNotNull();
      }
    }
  }

  @Test
  void anotherHistoryIsGone() {
    bank.deposit("a-1", 1);
    String other = "00000000-0000-4000-8000-000000000000:1:1";
    String epoch = bank.millrace.store("bank").identity().id() + ":2:1";

    CommandsTest.assertProblem(bank.get(TAIL, "Last-Event-ID", other), 410, "another-history");
    CommandsTest.assertProblem(bank.get(TAIL, "Last-Event-ID", epoch), 410, "another-history");
    CommandsTest.assertProblem(bank.get(TAIL, "Last-Event-ID", "x"), 400, "bad-request");
  }

  @Test
  void aClientThatGoesAwayFreesItsPlace() throws Exception {
    Reader reader = tail("");
    reader.firstId();
    assertThat(tails()).isEqualTo(1);

    reader.close();

    awaitTails(0);
  }

  @Test
  void aTailBeyondTheBoundIsRefused() throws Exception {
    bank.close();
    bank = RunningBank.open(folder, RunningBank.LIMITS.atATime(16, 16, 1), Tracing.NONE);
    try (Reader reader = tail("")) {
      reader.firstId();
      HttpResponse<String> second = bank.get(TAIL);
      CommandsTest.assertProblem(second, 503, "overloaded");
      assertThat(second.headers().firstValue("Retry-After")).isPresent();
    }
  }

  @Test
  void tailsEndWhenTheNodeStops() throws Exception {
    try (Reader reader = tail("")) {
      reader.firstId();
      bank.node.close();
      org.assertj.core.api.Assertions.assertThatThrownBy(reader::next)
          .isInstanceOf(IOException.class);
    }
  }

  private long tails() {
    return bank.getJson("/api/overview").get("tails").asLong();
  }

  private void awaitTails(long count) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (tails() != count) {
      assertThat(Instant.now()).as("a place is free again").isBefore(deadline);
    }
  }
}
