package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.Tracing;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreKeyException;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The master key of a store is changed while its node runs. */
final class StoreKeyTest {
  private static final String PATH = "/api/contexts/bank/store-key";

  @TempDir Path folder;

  private String key(String name, char digit) throws IOException {
    Path file = folder.resolve(name);
    Files.writeString(file, String.valueOf(digit).repeat(64));
    return "file:" + file;
  }

  private EventStore open(String key) {
    return EventStore.open("log:" + folder.resolve("log") + "?encryption=" + key);
  }

  private static String body(String source) {
    return "{\"source\":\"" + source + "\"}";
  }

  @Test
  void theStoreOpensWithTheNewKeyOnly() throws IOException {
    String old = key("old.key", '1');
    String next = key("next.key", '2');
    try (RunningBank bank = RunningBank.over(open(old), RunningBank.LIMITS, Tracing.NONE)) {
      bank.deposit("a-1", 300);
      HttpResponse<String> rotated = bank.post(PATH, body(next));
      assertThat(rotated.statusCode()).as(rotated.body()).isEqualTo(200);
      assertThat(RunningBank.json(rotated).get("keys").asInt()).isPositive();
      assertThat(rotated.body()).doesNotContain("2222");
      bank.deposit("a-1", 200);
    }
    assertThatThrownBy(() -> open(old)).isInstanceOf(StoreKeyException.class);
    try (EventStore store = open(next)) {
      assertThat(store.head()).isEqualTo(2);
    }
  }

  @Test
  void whatIsNoKeyAndAPlainStoreAreRefused() throws IOException {
    String next = key("next.key", '2');
    try (RunningBank bank =
        RunningBank.over(open(key("old.key", '1')), RunningBank.LIMITS, Tracing.NONE)) {
      CommandsTest.assertProblem(
          bank.post(PATH, body("file:" + folder.resolve("none"))), 409, "store-key");
      CommandsTest.assertProblem(bank.post(PATH, body("nowhere:x")), 400, "bad-request");
      CommandsTest.assertProblem(bank.post(PATH, "file:x"), 400, "bad-request");
      CommandsTest.assertProblem(
          bank.post(PATH, body(next), "Origin", "https://elsewhere.example"), 403, "cross-site");
    }
    try (RunningBank plain = RunningBank.open(folder.resolve("plain"))) {
      CommandsTest.assertProblem(plain.post(PATH, body(next)), 409, "store-key");
    }
  }
}
