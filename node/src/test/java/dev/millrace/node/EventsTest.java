package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class EventsTest {
  private static final String EVENTS = "/api/contexts/bank/events";

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

  private static List<Long> positions(JsonNode page) {
    List<Long> positions = new ArrayList<>();
    page.get("events").forEach(event -> positions.add(event.get("position").asLong()));
    return positions;
  }

  @Test
  void anEventIsShownAsItIsStored() {
    bank.deposit("a-1", 300);

    JsonNode event = bank.getJson(EVENTS).get("events").get(0);

    assertThat(event.get("type").asString()).isEqualTo("deposited");
    assertThat(event.at("/data/cents").asLong()).isEqualTo(300);
    assertThat(event.at("/tags/0").asString()).isEqualTo("account:a-1");
    assertThat(event.get("tenant").asString()).isEqualTo("default");
    assertThat(event.at("/metadata/correlationId").asString()).isEqualTo("key-1");
  }

  @Test
  void eventsAreFoundByTypeTagTenantAndPosition() {
    bank.deposit("a-1", 300);
    bank.deposit("a-2", 300);
    bank.command("withdraw", "{\"account\":\"a-1\",\"cents\":100}");

    assertThat(positions(bank.getJson(EVENTS + "?type=deposited"))).containsExactly(1L, 2L);
    assertThat(positions(bank.getJson(EVENTS + "?tag=account:a-1"))).containsExactly(1L, 3L);
    assertThat(positions(bank.getJson(EVENTS + "?tag=account:a-1&type=withdrawn")))
        .containsExactly(3L);
    assertThat(positions(bank.getJson(EVENTS + "?after=1&before=3"))).containsExactly(2L);
    assertThat(positions(bank.getJson(EVENTS, "Millrace-Tenant", "acme"))).isEmpty();
    assertThat(positions(bank.getJson(EVENTS, "Millrace-Tenant", "*"))).hasSize(3);
  }

  @Test
  void eventsAreFoundByTime() {
    bank.deposit("a-1", 1);
    bank.deposit("a-1", 2);
    String second = bank.getJson(EVENTS + "/2").at("/event/time").asString();
    List<Long> from = positions(bank.getJson(EVENTS + "?from=" + second));
    List<Long> to = positions(bank.getJson(EVENTS + "?to=" + second));

    assertThat(from).contains(2L);
    assertThat(to).doesNotContain(2L);
    assertThat(positions(bank.getJson(EVENTS + "?from=2100-01-01T00:00:00Z"))).isEmpty();
  }

  @Test
  void pagesGoOnWhereTheLastEndedInBothDirections() {
    for (int i = 1; i <= 7; i++) {
      bank.deposit(i % 2 == 0 ? "even" : "odd", i);
    }

    assertThat(allPages("?limit=3")).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(allPages("?limit=2&order=descending")).containsExactly(7L, 6L, 5L, 4L, 3L, 2L, 1L);
    assertThat(allPages("?limit=1&tag=account:even")).containsExactly(2L, 4L, 6L);
  }

  private List<Long> allPages(String parameters) {
    List<Long> all = new ArrayList<>();
    JsonNode page = bank.getJson(EVENTS + parameters);
    all.addAll(positions(page));
    while (page.has("next")) {
      page = bank.getJson(EVENTS + parameters + "&cursor=" + page.get("next").asString());
      all.addAll(positions(page));
    }
    return all;
  }

  @Test
  void aCursorOfAnotherHistoryIsGone() {
    bank.deposit("a-1", 1);
    String other = "00000000-0000-4000-8000-000000000000:1:1";

    CommandsTest.assertProblem(bank.get(EVENTS + "?cursor=" + other), 410, "another-history");
    CommandsTest.assertProblem(bank.get(EVENTS + "?cursor=nonsense"), 400, "bad-request");
  }

  @Test
  void parametersHaveBoundsAndNames() {
    CommandsTest.assertProblem(bank.get(EVENTS + "?limit=100000"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(EVENTS + "?limit=x"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(EVENTS + "?typo=x"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(EVENTS + "?tag=x"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(EVENTS + "?order=up"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(EVENTS + "/99"), 404, "not-found");
    CommandsTest.assertProblem(bank.get(EVENTS + "/abc"), 400, "bad-request");
  }

  @Test
  void oneEventIsShownWithItsCauseAndItsEffects() {
    bank.deposit("a-1", 5_000);
    awaitHead(2);

    awaitPassed(1);
    JsonNode cause = bank.getJson(EVENTS + "/1");
    assertThat(cause.at("/command/type").asString()).isEqualTo("deposit");
    assertThat(cause.at("/command/payload/cents").asLong()).isEqualTo(5_000);
    assertThat(cause.at("/effects/0/type").asString()).isEqualTo("thanked");
    assertThat(cause.get("effectsComplete").asBoolean()).isTrue();
    assertThat(cause.at("/effects/0/context").asString()).isEqualTo("bank");
    assertThat(cause.at("/effects/0/reaction").asString()).isEqualTo("gratitude");
    assertThat(cause.has("cause")).isFalse();

    JsonNode effect = bank.getJson(EVENTS + "/2");
    assertThat(effect.at("/cause/position").asLong()).isEqualTo(1);
    assertThat(effect.at("/cause/context").asString()).isEqualTo("bank");
    assertThat(effect.at("/event/metadata/actor").asString()).isEqualTo("reaction:gratitude");
  }

  private void awaitPassed(long position) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (bank.getJson("/api/processors/gratitude").get("position").asLong() < position) {
      assertThat(Instant.now()).isBefore(deadline);
    }
  }

  private void awaitHead(long head) {
    Instant deadline = Instant.now().plus(Duration.ofSeconds(20));
    while (bank.millrace.store("bank").head() < head) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.onSpinWait();
    }
  }

  @Test
  void aHistoryShowsTheStateAfterEachEvent() {
    bank.deposit("a-1", 300);
    bank.deposit("a-2", 1);
    bank.command("withdraw", "{\"account\":\"a-1\",\"cents\":100}");
    bank.deposit("a-1", 5);

    JsonNode all = bank.getJson("/api/contexts/bank/entities/account/a-1");
    assertThat(all.at("/before/balance").asLong()).isZero();
    assertThat(balances(all)).containsExactly(300L, 200L, 205L);

    JsonNode second = bank.getJson("/api/contexts/bank/entities/account/a-1?after=1&limit=1");
    assertThat(second.at("/before/balance").asLong()).isEqualTo(300);
    assertThat(balances(second)).containsExactly(200L);
    assertThat(second.get("next").asLong()).isEqualTo(3);
  }

  @Test
  void anEntityMayHaveASlashInItsName() {
    bank.deposit("a/b", 7);

    assertThat(balances(bank.getJson("/api/contexts/bank/entities/account/a%2Fb")))
        .containsExactly(7L);
  }

  @Test
  void anEventOfAnotherTenantIsNotFound() {
    bank.deposit("a-1", 7);

    String path = "/api/contexts/bank/events/1";
    assertThat(bank.get(path).statusCode()).isEqualTo(200);
    assertThat(bank.get(path, "Millrace-Tenant", "other").statusCode()).isEqualTo(404);
    assertThat(bank.get(path, "Millrace-Tenant", "*").statusCode()).isEqualTo(200);
  }

  private static List<Long> balances(JsonNode history) {
    List<Long> balances = new ArrayList<>();
    history.get("steps").forEach(step -> balances.add(step.at("/states/balance").asLong()));
    return balances;
  }
}
