package dev.millrace.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Bytes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;

/** Values that go through as they came. */
final class JsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "12345678901234567890.123456789",
        "0.1000000000000000000001",
        "9007199254740993.0",
        "1e400",
        "{\"a\":[1.50,null,\"b\"]}"
      })
  void aCopyHasTheSameDigits(String value) {
    try (JsonParser parser = Json.parser(Bytes.utf8(value))) {
      parser.nextToken();

      assertThat(Json.copy(parser)).isEqualTo(Bytes.utf8(value));
    }
  }
}
