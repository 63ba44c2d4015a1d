package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

final class OperationsTest {
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

  private void awaitState(String processor, String state) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    String path = "/api/processors/" + processor;
    while (!bank.getJson(path).get("state").asString().equals(state)) {
      assertThat(Instant.now()).as(processor + " is " + state).isBefore(deadline);
    }
  }

  @Test
  void aProcessorIsPausedResumedAndReset() {
    assertThat(bank.post("/api/processors/turnover/pause", "").statusCode()).isEqualTo(202);
    awaitState("turnover", "paused");
    bank.deposit("a-1", 300);

    JsonNode paused = bank.getJson("/api/processors/turnover");
    assertThat(paused.get("lagEvents").asLong()).isEqualTo(1);
    assertThat(paused.get("lagSeconds").asDouble()).isNotNegative();

    bank.post("/api/processors/turnover/resume", "");
    awaitState("turnover", "live");
    bank.post("/api/processors/turnover/reset", "");
    String last = bank.deposit("a-1", 1);
    JsonNode rows =
        bank.getJson("/api/read-models/turnover", "Millrace-Position", last, "Prefer", "wait=20");
    assertThat(rows.at("/rows/0/cents").asLong()).isEqualTo(301);
    assertThat(bank.getJson("/api/processors").get("processors")).hasSize(2);
    assertThat(bank.getJson("/api/deadlines").at("/contexts/0/open").asInt(-1)).isZero();
    assertThat(bank.get("/metrics").body()).contains("millrace_deadlines_late_seconds");
    CommandsTest.assertProblem(bank.post("/api/processors/turnover/explode", ""), 404, "not-found");
    CommandsTest.assertProblem(bank.get("/api/processors/nothing"), 404, "not-found");
  }

  @Test
  void healthSaysWhy() {
    assertThat(bank.get("/health/live").statusCode()).isEqualTo(200);
    awaitState("turnover", "live");
    awaitState("gratitude", "live");
    assertThat(bank.get("/health/ready").body()).contains("\"ready\"");

    bank.millrace.store("bank").close();

    HttpResponse<String> down = bank.get("/health/ready");
    assertThat(down.statusCode()).isEqualTo(503);
    assertThat(down.body()).contains("the store of context 'bank'");
    CommandsTest.assertProblem(
        bank.command("deposit", "{\"account\":\"a\",\"cents\":1}"), 503, "store-closed");
  }

  @Test
  void theOverviewCountsAndTimesCommands() {
    bank.deposit("a-1", 300);

    JsonNode overview = bank.getJson("/api/overview");

    assertThat(overview.get("commands").asLong()).isEqualTo(1);
    assertThat(overview.at("/heads/bank").asLong()).isEqualTo(1);
    assertThat(overview.at("/commandMillis/p99").asDouble()).isPositive();
    JsonNode context = bank.getJson("/api/contexts").at("/contexts/0");
    assertThat(context.at("/views/0/name").asString()).isEqualTo("balance");
    assertThat(context.at("/readModels/0/tables/0").asString()).isEqualTo("turnover");
  }

  @Test
  void aLogLevelChangesAtRunTime() {
    String logger = "dev.millrace.node.test";
    HttpResponse<String> response =
        bank.send(
            bank.request("/api/log-levels/" + logger)
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\":\"DEBUG\"}")));

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(LoggerFactory.getLogger(logger).isDebugEnabled()).isTrue();
    assertThat(bank.getJson("/api/log-levels").at("/levels").get(logger).asString())
        .isEqualTo("DEBUG");
    CommandsTest.assertProblem(
        bank.send(
            bank.request("/api/log-levels/x")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"level\":\"LOUD\"}"))),
        400,
        "bad-request");
  }

  @Test
  void aPortInUseIsSaid() {
    assertThatThrownBy(() -> Node.start(NodeOptions.onPort(bank.node.port()), bank.millrace))
        .isInstanceOf(NodeStartException.class)
        .hasMessageContaining(String.valueOf(bank.node.port()))
        .hasMessageContaining("choose another");
  }
}
