package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class ReadModelsTest {
  private static final String ROWS = "/api/read-models/turnover";

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

  private HttpResponse<String> waitFor(String position, String query) {
    return bank.get(ROWS + query, "Millrace-Position", position, "Prefer", "wait=20");
  }

  private static List<String> accounts(JsonNode page) {
    List<String> accounts = new ArrayList<>();
    page.get("rows").forEach(row -> accounts.add(row.get("account").asString()));
    return accounts;
  }

  @Test
  void aClientReadsWhatItWrote() {
    HttpResponse<String> response = waitFor(bank.deposit("a-1", 300), "");

    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("Preference-Applied")).contains("wait=20");
    JsonNode page = RunningBank.json(response);
    assertThat(page.at("/rows/0/account").asString()).isEqualTo("a-1");
    assertThat(page.at("/rows/0/cents").asLong()).isEqualTo(300);
    assertThat(response.headers().firstValue("Millrace-Position"))
        .contains(page.get("position").asString());
  }

  @Test
  void rowsAreFilteredSortedAndPaged() {
    String last = "";
    for (int i = 1; i <= 5; i++) {
      last = bank.deposit("a-" + i, i * 100L);
    }
    assertThat(accounts(RunningBank.json(waitFor(last, "?where=cents%3E%3D300"))))
        .containsExactly("a-3", "a-4", "a-5");
    assertThat(accounts(bank.getJson(ROWS + "?where=account=a-2"))).containsExactly("a-2");
    assertThat(accounts(bank.getJson(ROWS + "?where=account%5E=a-&sort=-cents&limit=2")))
        .containsExactly("a-5", "a-4");
    assertThat(accounts(bank.getJson(ROWS + "?sort=-cents&limit=2&cursor=row:2")))
        .containsExactly("a-3", "a-2");
  }

  @Test
  void aPageBeginsAfterTheLastRowOfTheOneBeforeWhateverCameIn() {
    for (int i = 1; i <= 5; i++) {
      bank.deposit("a-" + i, i * 100L);
    }
    JsonNode first = RunningBank.json(waitFor(bank.deposit("a-6", 600), "?sort=-cents&limit=2"));
    assertThat(accounts(first)).containsExactly("a-6", "a-5");

    waitFor(bank.deposit("a-7", 700), "");
    JsonNode second = bank.getJson(ROWS + "?sort=-cents&limit=3&cursor=" + next(first));
    JsonNode third = bank.getJson(ROWS + "/turnover?sort=-cents&limit=3&cursor=" + next(second));

    assertThat(accounts(second)).containsExactly("a-4", "a-3", "a-2");
    assertThat(accounts(third)).containsExactly("a-1");
    assertThat(third.has("next")).isFalse();
    CommandsTest.assertProblem(
        bank.get(ROWS + "?sort=cents&cursor=" + next(first)), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(ROWS + "?cursor=nonsense"), 400, "bad-request");
  }

  private static String next(JsonNode page) {
    return URLEncoder.encode(page.get("next").asString(), StandardCharsets.UTF_8);
  }

  @Test
  void unchangedRowsAreNotSentAgain() {
    HttpResponse<String> first = waitFor(bank.deposit("a-1", 300), "");
    String etag = first.headers().firstValue("ETag").orElseThrow();

    assertThat(bank.get(ROWS, "If-None-Match", etag).statusCode()).isEqualTo(304);

    HttpResponse<String> changed =
        bank.get(
            ROWS,
            "If-None-Match",
            etag,
            "Millrace-Position",
            bank.deposit("a-1", 1),
            "Prefer",
            "wait=20");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("ETag"))
        .isNotEqualTo(first.headers().firstValue("ETag"));
  }

  @Test
  void aPositionThatIsNotReachedInTimeIsSaid() {
    bank.millrace.processor("turnover").pause();
    String position = bank.deposit("a-1", 300);

    HttpResponse<String> response = bank.get(ROWS, "Millrace-Position", position);

    CommandsTest.assertProblem(response, 503, "not-yet");
    assertThat(response.headers().firstValue("Retry-After")).isPresent();
  }

  @Test
  void whatIsNotThereOrDoesNotFitIsSaid() {
    CommandsTest.assertProblem(bank.get("/api/read-models/nothing"), 404, "not-found");
    CommandsTest.assertProblem(bank.get(ROWS + "/secrets"), 404, "not-found");
    CommandsTest.assertProblem(bank.get(ROWS + "?where=secret=1"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(ROWS + "?where=cents=x"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(ROWS + "?where=cents"), 400, "bad-request");
    CommandsTest.assertProblem(bank.get(ROWS + "?sort=cents%3BDROP"), 400, "bad-request");
    CommandsTest.assertProblem(
        bank.get(ROWS, "Millrace-Position", "00000000-0000-4000-8000-000000000000:1:1"),
        410,
        "another-history");
  }
}
