package dev.millrace.node;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Projection;
import dev.millrace.core.Tag;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.store.EventStore;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Somebody is forgotten by request, through a running context. */
final class SubjectsTest {
  private static final Tag<String> GUEST = Tag.named("guest");
  private static final String ARRIVE = "/api/contexts/hotel/commands/arrive";

  @TempDir Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private final JdbcReadModel rows =
      JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
  private SubjectKeys keys;
  private Millrace millrace;
  private Node node;

  record Arrived(String guest, Personal<String> name) {}

  record Arrive(String guest, Personal<String> name) implements Command<NoRejection> {}

  private Context hotel() {
    return Context.named("hotel")
        .events(
            Events.of(Arrived.class)
                .tag(GUEST, Arrived::guest)
                .personal(GUEST, Arrived::guest)
                .name("arrived", Arrived.class))
        .on(Arrive.class)
        .personal(GUEST, Arrive::guest)
        .decide(command -> accept(new Arrived(command.guest(), command.name())))
        .projection(
            Projection.named("guests", 1)
                .into(rows)
                .showing("guests")
                .creating(tx ->
                    tx.update(
                        "CREATE TABLE IF NOT EXISTS guests (guest VARCHAR(60), name VARCHAR(60))"))
                .on(
                    Arrived.class,
                    (event, tx) ->
                        tx.update(
                            "INSERT INTO guests (guest, name) VALUES (?, ?)",
                            event.guest(),
                            event.name().orElse("–")))
                .onForgotten(
                    GUEST, (guest, tx) -> tx.update("DELETE FROM guests WHERE guest = ?", guest)))
        .build();
  }

  @BeforeEach
  void open() {
    keys = SubjectKeys.open("keys:" + folder.resolve("keys"));
    millrace = Millrace.host(hotel(), EventStore.open("log:" + folder.resolve("log")), keys);
    node = Node.start(NodeOptions.onPort(0), millrace);
  }

  @AfterEach
  void close() {
    client.shutdownNow();
    node.close();
    millrace.close();
    keys.close();
    rows.close();
  }

  private HttpResponse<String> post(String path, String body, String... headers) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(node.uri().resolve(path))
            .POST(HttpRequest.BodyPublishers.ofString(body));
    return client.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(node.uri().resolve(path));
    return client
        .send(
            (headers.length == 0 ? request : request.headers(headers)).build(),
            HttpResponse.BodyHandlers.ofString())
        .body();
  }

  private void arrives(String guest, String name, String key, int status) throws Exception {
    HttpResponse<String> answer =
        post(
            ARRIVE,
            "{\"guest\":\"" + guest + "\",\"name\":\"" + name + "\"}",
            "Idempotency-Key",
            key);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  @Test
  void whoIsForgottenIsInNoAnswerAndNoRow() throws Exception {
    arrives("g-1", "Ada Lovelace", "1", 200);
    arrives("g-2", "Grace Hopper", "2", 200);

    HttpResponse<String> forgotten = post("/api/subjects/forget", "{\"subject\":\"guest:g-1\"}");

    assertThat(forgotten.statusCode()).as(forgotten.body()).isEqualTo(200);
    JsonNode answer = RunningBank.json(forgotten);
    assertThat(answer.get("subject").asString()).isEqualTo("guest:g-1");
    assertThat(answer.get("tenant").asString()).isEqualTo("default");
    assertThat(answer.at("/told/0/context").asString()).isEqualTo("hotel");
    String told = answer.at("/told/0/position").asString();
    assertThat(get("/api/read-models/guests", "Millrace-Position", told, "Prefer", "wait=20"))
        .contains("Grace Hopper")
        .doesNotContain("Ada", "g-1");
    assertThat(get("/api/contexts/hotel/events"))
        .contains("{\"forgotten\":true}", "aes-256-gcm-1", "millrace.subject-forgotten");
    assertThat(RunningBank.json(post("/api/subjects/forget", "{\"subject\":\"guest:g-1\"}")))
        .as("again")
        .isEqualTo(answer);
  }

  @Test
  void whoWasForgottenMayComeBack() throws Exception {
    arrives("g-1", "Ada Lovelace", "1", 200);
    post("/api/subjects/forget", "{\"subject\":\"guest:g-1\"}");
    arrives("g-1", "Ada Byron", "2", 409);

    assertThat(post("/api/subjects/remember", "{\"subject\":\"guest:g-1\"}").statusCode())
        .isEqualTo(200);

    arrives("g-1", "Ada Byron", "3", 200);
  }

  @Test
  void ofWhomNothingWasStoredNobodyIsTold() throws Exception {
    HttpResponse<String> nobody = post("/api/subjects/forget", "{\"subject\":\"guest:g-9\"}");

    assertThat(nobody.statusCode()).isEqualTo(200);
    assertThat(RunningBank.json(nobody).get("told")).isEmpty();
  }

  @Test
  void whatCannotBeDoneIsRefused() throws Exception {
    CommandsTest.assertProblem(
        post("/api/subjects/forget", "{\"subject\":\"room:1\"}"), 404, "not-found");
    CommandsTest.assertProblem(post("/api/subjects/forget", "guest:g-1"), 400, "bad-request");
    CommandsTest.assertProblem(post("/api/subjects/forget", "{}"), 400, "bad-request");
    CommandsTest.assertProblem(
        post("/api/subjects/forget", "{\"subject\":\"g-1\"}"), 400, "bad-request");
    CommandsTest.assertProblem(
        post(
            "/api/subjects/forget",
            "{\"subject\":\"guest:g-1\"}",
            "Origin",
            "https://elsewhere.example"),
        403,
        "cross-site");
  }

  @Test
  void tenantsAreForgottenApart() throws Exception {
    arrives("g-1", "Ada Lovelace", "1", 200);

    JsonNode other =
        RunningBank.json(
            post("/api/subjects/forget", "{\"subject\":\"guest:g-1\"}", "Millrace-Tenant", "acme"));

    assertThat(other.get("told")).isEmpty();
    assertThat(other.get("tenant").asString()).isEqualTo("acme");
    assertThat(keys.alive()).isOne();
  }
}
