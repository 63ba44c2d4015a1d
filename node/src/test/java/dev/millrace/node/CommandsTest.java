package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class CommandsTest {
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

  @Test
  void anAcceptedCommandAnswersWithWhereItsEventsAre() {
    HttpResponse<String> response = bank.command("deposit", "{\"account\":\"a-1\",\"cents\":300}");

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = RunningBank.json(response);
    assertThat(answer.get("outcome").asString()).isEqualTo("accepted");
    assertThat(answer.get("first").asLong()).isEqualTo(1);
    assertThat(answer.get("last").asLong()).isEqualTo(1);
    assertThat(answer.get("repeated").asBoolean()).isFalse();
    assertThat(response.headers().firstValue("Millrace-Position"))
        .contains(answer.get("position").asString());
    assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
  }

  @Test
  void theSameKeyGetsTheFirstAnswerAndHasOneEffect() {
    JsonNode first =
        RunningBank.json(bank.command("deposit", "{\"account\":\"a-1\",\"cents\":300}", "k"));
    JsonNode second =
        RunningBank.json(bank.command("deposit", "{\"account\":\"a-1\",\"cents\":300}", "\"k\""));

    assertThat(second.get("last")).isEqualTo(first.get("last"));
    assertThat(second.get("time")).isEqualTo(first.get("time"));
    assertThat(second.get("repeated").asBoolean()).isTrue();
    assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
  }

  @Test
  void theSameKeyForAnotherCommandIsRefused() {
    bank.command("deposit", "{\"account\":\"a-1\",\"cents\":300}", "k");

    HttpResponse<String> other =
        bank.command("deposit", "{\"account\":\"a-1\",\"cents\":301}", "k");

    assertProblem(other, 422, "idempotency-key-reused");
  }

  @Test
  void aRejectionCarriesItsTypedReason() {
    HttpResponse<String> response = bank.command("withdraw", "{\"account\":\"a-1\",\"cents\":300}");

    JsonNode problem = assertProblem(response, 422, "rejected");
    assertThat(problem.at("/rejection/type").asString()).isEqualTo("Overdrawn");
    assertThat(problem.at("/rejection/data/missing").asLong()).isEqualTo(300);
    assertThat(problem.at("/decidedAt").asString()).endsWith(":0");
  }

  @Test
  void aTenantSeesItsOwnAccountOnly() {
    bank.deposit("a-1", 300);

    HttpResponse<String> response =
        bank.post(
            "/api/contexts/bank/commands/withdraw",
            "{\"account\":\"a-1\",\"cents\":300}",
            "Idempotency-Key",
            "t-1",
            "Millrace-Tenant",
            "acme");

    assertProblem(response, 422, "rejected");
  }

  @Test
  void whatIsWrongWithARequestIsSaid() {
    assertProblem(
        bank.post("/api/contexts/bank/commands/deposit", "{}"), 400, "idempotency-key-missing");
    assertThat(detail(bank.command("deposit", "{\"account\":\"a-1\"}"), 400, "bad-request"))
        .contains("cents");
    assertThat(detail(bank.command("deposit", "{\"account\":"), 400, "bad-request"))
        .contains("deposit");
    assertThat(detail(bank.command("depositt", "{}"), 404, "not-found")).contains("deposit");
    assertThat(
            detail(
                bank.post("/api/contexts/shop/commands/x", "{}", "Idempotency-Key", "1"),
                404,
                "not-found"))
        .contains("bank");
    assertProblem(bank.get("/api/nothing"), 404, "not-found");
    assertProblem(bank.command("deposit", "[".repeat(100) + "]".repeat(100)), 400, "bad-request");
  }

  private static String detail(HttpResponse<String> response, int status, String type) {
    return assertProblem(response, status, type).get("detail").asString();
  }

  static JsonNode assertProblem(HttpResponse<String> response, int status, String type) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = RunningBank.json(response);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asString()).endsWith("/" + type);
    return problem;
  }
}
