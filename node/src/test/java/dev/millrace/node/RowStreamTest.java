package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Rows and then what changes, as a browser gets them. */
final class RowStreamTest {
  private static final String ROWS = "/api/read-models/turnover?sort=account";
  private static final JsonMapper JSON = JsonMapper.builder().build();

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

  private record Message(String id, String event, JsonNode data) {}

  private HttpResponse<java.io.InputStream> ask(String... headers) throws Exception {
    var request = bank.request(ROWS).header("Accept", "text/event-stream");
    for (int i = 0; i < headers.length; i += 2) {
      request.header(headers[i], headers[i + 1]);
    }
    return bank.client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
  }

  private static BufferedReader lines(HttpResponse<java.io.InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  private static Message next(BufferedReader lines) throws IOException {
    String id = "";
    String event = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        return new Message(id, event, JSON.readTree(line.substring(6)));
      }
    }
    throw new IOException("the stream has ended");
  }

  /** Applies a message to what is known. */
  private static void apply(Message message, Map<String, Long> known) {
    if (message.event().equals("rows")) {
      known.clear();
      message
          .data()
          .get("rows")
          .forEach(row -> known.put(row.get("account").asString(), row.get("cents").asLong()));
      return;
    }
    assertThat(message.event()).isEqualTo("changes");
    message
        .data()
        .get("changed")
        .forEach(row -> known.put(row.get("account").asString(), row.get("cents").asLong()));
    message.data().get("removed").forEach(key -> known.remove(key.get("account").asString()));
  }

  @Test
  void theFirstRowsAreFollowedByWhatChanges() throws Exception {
    String position = bank.deposit("a-1", 1);
    Map<String, Long> known = new TreeMap<>();
    try (BufferedReader lines = lines(ask("Millrace-Position", position, "Prefer", "wait=20"))) {
      apply(next(lines), known);
      assertThat(known).isEqualTo(Map.of("a-1", 1L));
      bank.deposit("a-2", 5);
      bank.deposit("a-1", 6);
      while (!known.equals(Map.of("a-1", 7L, "a-2", 5L))) {
        apply(next(lines), known);
      }
    }
  }

  @Test
  void whoComesBackGetsAllRowsAndNoMessageHasAnId() throws Exception {
    String position = bank.deposit("a-1", 1);
    for (String resumed : List.of("", position)) {
      String[] headers = {
        "Millrace-Position", position, "Prefer", "wait=20", "Last-Event-ID", resumed
      };
      try (BufferedReader lines = lines(ask(headers))) {
        Message message = next(lines);
        assertThat(message.event()).isEqualTo("rows");
        assertThat(message.data().get("rows")).hasSize(1);
        assertThat(message.id()).isEmpty();
      }
    }
  }

  @Test
  void whatCannotBeAnsweredIsRefusedBeforeItBegins() throws Exception {
    HttpResponse<String> refused =
        bank.get("/api/read-models/turnover?where=nothing=1", "Accept", "text/event-stream");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("no column 'nothing'");
  }
}
