package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Processor;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Dead letters are looked at and dealt with by request. */
final class DeadLettersTest {
  private static final String ALL = "/api/processors/turnover/dead-letters";

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

  /** An event that nobody can read; waits until it is a dead letter, and answers with its id. */
  static String make(RunningBank bank) {
    NewEvent event =
        new NewEvent("deposited", 1, List.of(new TagValue("account", "broken")), Bytes.utf8("{}"));
    bank.millrace.store("bank").append(Append.of(UUID.randomUUID(), List.of(event))).join();
    Processor turnover = bank.millrace.processor("turnover");
    while (turnover.deadLetters().list().isEmpty()) {
      Thread.onSpinWait();
    }
    return turnover.deadLetters().list().get(0).id();
  }

  @Test
  void oneIsListedShownEditedAndRedriven() {
    String id = make(bank);
    JsonNode all = bank.getJson(ALL);
    assertThat(all.at("/deadLetters/0/id").asString()).isEqualTo(id);
    assertThat(all.at("/deadLetters/0/key").asString()).isEqualTo("account:broken");
    assertThat(all.at("/causes/0/count").asInt()).isEqualTo(1);
    assertThat(bank.getJson("/api/processors/turnover").get("deadLetters").asInt()).isEqualTo(1);
    JsonNode one = bank.getJson(ALL + "/" + id);
    assertThat(one.at("/event/type").asString()).isEqualTo("deposited");
    assertThat(one.get("unreadable").asString()).contains("account");

    HttpResponse<String> refused = bank.post(ALL + "/" + id + "/edit", "{\"cents\":1}");
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("account");
    String corrected = "{\"account\":\"broken\",\"cents\":7}";
    assertThat(bank.post(ALL + "/" + id + "/edit", corrected).statusCode()).isEqualTo(200);
    HttpResponse<String> redriven =
        bank.post(ALL + "/" + id + "/redrive", "", "Millrace-Actor", "ann");
    assertThat(redriven.body()).isEqualTo("{\"level\":true}");
    assertThat(bank.getJson(ALL).get("deadLetters")).isEmpty();
    JsonNode recorded =
        bank.getJson("/api/contexts/bank/events?type=millrace.dead-letter-redriven");
    assertThat(recorded.at("/events/0/metadata/actor").asString()).isEqualTo("ann");
  }

  @Test
  void discardingNeedsAReason() {
    String id = make(bank);
    assertThat(bank.post(ALL + "/" + id + "/discard", "").statusCode()).isEqualTo(400);
    assertThat(bank.post(ALL + "/" + id + "/discard?reason=a+test", "").body())
        .isEqualTo("{\"level\":true}");
  }
}
