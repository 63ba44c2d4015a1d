package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The document says what the node does. */
final class OpenApiTest {
  private static final String EVENTS = "/api/contexts/{context}/events";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  @TempDir Path folder;
  private final List<Exchange> exchanges = new ArrayList<>();
  private RunningBank bank;

  /** An answer, and what the document calls the request. */
  record Exchange(String method, String path, int status, String type, String body) {}

  @BeforeEach
  void open() {
    bank = RunningBank.open(folder);
  }

  @AfterEach
  void close() {
    bank.close();
  }

  private JsonNode document() {
    return bank.getJson("/openapi.json");
  }

  private NodeScript.Result check(JsonNode document) throws IOException {
    ObjectNode input = JSON.createObjectNode();
    input.set("document", document);
    input.set("exchanges", JSON.valueToTree(exchanges));
    Path file = folder.resolve("openapi-input.json");
    Files.write(file, JSON.writeValueAsBytes(input));
    return NodeScript.run("openapi.mjs", file.toAbsolutePath().toString());
  }

  private void exchange(String method, String path, HttpResponse<String> response) {
    String type = response.headers().firstValue("Content-Type").orElse("");
    exchanges.add(new Exchange(method, path, response.statusCode(), type, response.body()));
  }

  private void get(String path, String request, String... headers) {
    exchange("GET", path, bank.get(request, headers));
  }

  private void post(String path, String request, String body, String... headers) {
    exchange("POST", path, bank.post(request, body, headers));
  }

  @Test
  void itIsOpenApi31() throws IOException {
    NodeScript.Result result = check(document());

    assertThat(result.said()).isEmpty();
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void answersAreAsItSays() throws IOException {
    sendCommands();
    readEvents();
    readModels();
    operate();

    NodeScript.Result result = check(document());

    assertThat(result.said()).isEmpty();
    assertThat(result.exitCode()).isZero();
    assertThat(answered()).containsAll(described());
  }

  private void sendCommands() {
    String command = "/api/contexts/{context}/commands/{command}";
    String deposit = "{\"account\":\"a-1\",\"cents\":3000}";
    String withdraw = "{\"account\":\"a-1\",\"cents\":9000}";
    exchange("POST", command, bank.command("deposit", deposit, "1"));
    exchange("POST", command, bank.command("withdraw", withdraw));
    exchange("POST", command, bank.command("withdraw", withdraw, "1"));
    exchange("POST", command, bank.command("deposit", "{}"));
    exchange("POST", command, bank.command("nothing", "{}"));
    exchange("POST", "/api/contexts/bank/commands/deposit", bank.command("deposit", deposit));
    exchange("POST", "/api/contexts/bank/commands/withdraw", bank.command("withdraw", withdraw));
    exchange(
        "POST",
        "/api/contexts/bank/commands/thank",
        bank.command("thank", "{\"account\":\"a-1\",\"cents\":1}"));
    cloudEvents();
  }

  private void cloudEvents() {
    String path = "/api/contexts/{context}/cloudevents";
    String event =
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"deposit\","
            + "\"data\":{\"account\":\"a-1\",\"cents\":1}}";
    String unknown =
        "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/t\",\"type\":\"nothing\"}";
    String request = "/api/contexts/bank/cloudevents";
    post(path, request, event, "Content-Type", "application/cloudevents+json");
    post(path, request, unknown, "Content-Type", "application/cloudevents+json");
    post(
        path,
        request,
        "[" + event + "," + unknown + "]",
        "Content-Type",
        "application/cloudevents-batch+json");
    post(path, request, "<x/>", "Content-Type", "application/cloudevents+xml");
  }

  private void readEvents() {
    get(EVENTS, "/api/contexts/bank/events?limit=1");
    get(EVENTS, "/api/contexts/bank/events?limit=0");
    get(EVENTS, "/api/contexts/bank/events?cursor=00000000-0000-4000-8000-000000000000:1:1");
    get(EVENTS + "/{position}", "/api/contexts/bank/events/1");
    get(EVENTS + "/{position}", "/api/contexts/bank/events/2");
    get(EVENTS + "/{position}", "/api/contexts/bank/events/1000");
    String entities = "/api/contexts/{context}/entities/{tag}/{value}";
    get(entities, "/api/contexts/bank/entities/account/a-1");
    get(entities, "/api/contexts/bank/entities/account/a-1?after=1&limit=1");
    get("/api/contexts/{context}/tail", "/api/contexts/bank/tail?nothing=1");
  }

  private void readModels() {
    String rows = "/api/read-models/{model}";
    String position = bank.deposit("a-2", 1);
    get(
        rows,
        "/api/read-models/turnover?limit=1",
        "Millrace-Position",
        position,
        "Prefer",
        "wait=20");
    get(rows + "/{table}", "/api/read-models/turnover/turnover");
    get(rows + "/{table}", "/api/read-models/turnover/nothing");
    get(rows, "/api/read-models/turnover?where=nothing=1");
    bank.millrace.processor("turnover").pause();
    get(rows, "/api/read-models/turnover", "Millrace-Position", bank.deposit("a-2", 1));
  }

  private void operate() {
    get("/api/contexts", "/api/contexts");
    get("/api/overview", "/api/overview");
    get("/api/processors", "/api/processors");
    get("/api/deadlines", "/api/deadlines");
    get("/api/deadlines/{context}", "/api/deadlines/bank?limit=5");
    get("/api/deadlines/{context}", "/api/deadlines/nothing");
    post("/api/deadlines/{context}/cancel", "/api/deadlines/bank/cancel?key=nothing", "");
    post("/api/deadlines/{context}/cancel", "/api/deadlines/bank/cancel", "");
    get("/api/processors/{processor}", "/api/processors/turnover");
    get("/api/processors/{processor}", "/api/processors/nothing");
    String operation = "/api/processors/{processor}/{operation}";
    post(operation, "/api/processors/turnover/resume", "");
    post(operation, "/api/processors/turnover/explode", "");
    String key = "/api/contexts/{context}/store-key";
    post(key, "/api/contexts/bank/store-key", "{\"source\":\"nowhere:x\"}");
    post(key, "/api/contexts/bank/store-key", "{}");
    deadLetters();
    versions();
    for (String subjects : List.of("/api/subjects/forget", "/api/subjects/remember")) {
      post(subjects, subjects, "{\"subject\":\"account:a-1\"}");
      post(subjects, subjects, "{}");
    }
    exchange(
        "PUT",
        "/api/log-levels/{logger}",
        bank.send(
            bank.request("/api/log-levels/dev.millrace.node.test")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\":\"DEBUG\"}"))));
    get("/api/log-levels", "/api/log-levels");
    get("/health/live", "/health/live");
    get("/health/ready", "/health/ready");
    get("/metrics", "/metrics");
    get("/openapi.json", "/openapi.json");
  }

  private void versions() {
    String path = "/api/processors/{processor}/versions";
    get(path, "/api/processors/turnover/versions");
    get(path, "/api/processors/nothing/versions");
    post(path + "/rollback", "/api/processors/turnover/versions/rollback", "");
    String operation = path + "/{version}/{operation}";
    post(operation, "/api/processors/turnover/versions/1/make-live", "");
    post(operation, "/api/processors/turnover/versions/1/drop", "");
    post(operation, "/api/processors/turnover/versions/1/explode", "");
  }

  private void deadLetters() {
    String path = "/api/processors/{processor}/dead-letters";
    String request = "/api/processors/turnover/dead-letters";
    String id = DeadLettersTest.make(bank);
    get(path, request);
    get(path + "/{id}", request + "/" + id);
    get(path + "/{id}", request + "/nothing");
    post(path + "/redrive", request + "/redrive?cause=none", "");
    post(path + "/{id}/{operation}", request + "/" + id + "/edit", "{}");
    post(path + "/{id}/{operation}", request + "/" + id + "/explode", "");
    post(path + "/{id}/{operation}", request + "/" + id + "/discard?reason=test", "");
  }

  private Set<String> answered() {
    Set<String> all = new TreeSet<>();
    exchanges.forEach(exchange -> all.add(exchange.method() + " " + exchange.path()));
    return all;
  }

  private Set<String> described() {
    Set<String> described = new TreeSet<>();
    document()
        .get("paths")
        .forEachEntry((path, item) ->
            item.propertyNames()
                .forEach(method ->
                    described.add(method.toUpperCase(java.util.Locale.ROOT) + " " + path)));
    return described;
  }

  @Test
  void theCheckFindsPlantedFaults() throws IOException {
    get("/health/live", "/health/live");
    exchanges.add(
        new Exchange("GET", "/health/live", 200, "application/json", "{\"status\":\"down\"}"));
    exchanges.add(
        new Exchange(
            "GET", "/health/live", 200, "application/json", "{\"status\":\"up\",\"more\":1}"));
    exchanges.add(new Exchange("GET", "/health/live", 200, "text/plain", "up"));
    exchanges.add(new Exchange("GET", "/nothing", 200, "text/plain", "up"));
    ObjectNode document = (ObjectNode) document();
    ((ObjectNode) document.get("info")).remove("title");

    NodeScript.Result result = check(document);

    assertThat(result.exitCode()).isOne();
    assertThat(result.said().lines())
        .anyMatch(line -> line.startsWith("document:") && line.contains("title"))
        .anyMatch(line -> line.contains("/status must be equal to constant"))
        .anyMatch(line -> line.contains("must NOT have additional properties"))
        .anyMatch(line -> line.contains("answers with text/plain"))
        .anyMatch(line -> line.contains("GET /nothing 200: is not in the document"))
        .hasSize(5);
  }

  @Test
  void itNamesEveryRouteAndNoOther() {
    Set<String> general = described();
    general.removeIf(route -> route.contains("/api/contexts/bank/"));

    assertThat(general).isEqualTo(new TreeSet<>(bank.node.routes()));
  }

  @Test
  void itHasTheCommandsOfTheApplication() {
    JsonNode document = document();

    JsonNode schema = document.at("/components/schemas").get("bank.command.withdraw");
    assertThat(schema.at("/properties/cents/type").asString()).isEqualTo("integer");
    assertThat(schema.get("required")).hasSize(2);
    assertThat(document.get("paths").has("/api/contexts/bank/commands/withdraw")).isTrue();
  }

  @Test
  void everyReferenceIsThere() {
    JsonNode document = document();
    for (JsonNode reference : document.findValues("$ref")) {
      String pointer = reference.asString().substring(1);
      assertThat(document.at(pointer).isMissingNode()).as(pointer).isFalse();
    }
  }
}
