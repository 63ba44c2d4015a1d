package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The official SDK for JavaScript as the client: what it writes must be understood as well. */
final class CloudEventsFromJavaScriptTest {
  @TempDir Path folder;

  @Test
  void everyModeOfTheSdkIsUnderstood() {
    try (RunningBank bank = RunningBank.open(folder)) {
      String url = bank.uri("/api/contexts/bank/cloudevents").toString();
      NodeScript.Result result = NodeScript.run("cloudevents.mjs", url);
      assertThat(result.exitCode()).as(result.said()).isZero();
      JsonNode answers = JsonMapper.shared().readTree(result.said());

      assertAccepted(answers.get("binary"), false);
      assertAccepted(answers.get("binaryAgain"), true);
      assertAccepted(answers.get("structuredAgain"), true);
      assertAccepted(answers.get("structured"), false);
      assertAccepted(answers.get("bytes"), false);
      assertThat(answers.at("/rejected/status").asInt()).isEqualTo(422);
      assertThat(answers.at("/rejected/body/rejection/data/missing").asLong()).isEqualTo(400);
      assertThat(answers.at("/unknown/status").asInt()).isEqualTo(404);
      assertThat(answers.at("/batch/status").asInt()).isEqualTo(200);
      assertThat(answers.at("/batch/body/0/status").asInt()).isEqualTo(200);
      assertThat(answers.at("/batch/body/1/status").asInt()).isEqualTo(422);
      assertThat(bank.millrace.read("bank", Bank.BALANCE, "a-1")).isEqualTo(600);
      assertThat(bank.millrace.store("bank").head()).isEqualTo(4);
    }
  }

  private static void assertAccepted(JsonNode answer, boolean repeated) {
    assertThat(answer.get("status").asInt()).as(answer.toString()).isEqualTo(200);
    assertThat(answer.at("/body/outcome").asString()).isEqualTo("accepted");
    assertThat(answer.at("/body/repeated").asBoolean()).isEqualTo(repeated);
    assertThat(answer.get("position")).isEqualTo(answer.at("/body/position"));
  }
}
