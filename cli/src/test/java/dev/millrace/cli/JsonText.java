package dev.millrace.cli;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads what commands print as JSON, by another reader than the code under test. */
final class JsonText {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build();

  private JsonText() {}

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(String text) {
    return MAPPER.readValue(text, Map.class);
  }

  /** The last line of an output, as a script would take it. */
  static Map<String, Object> lastLine(CliRun run) {
    List<String> lines = run.outLines();
    if (lines.isEmpty()) {
      throw new AssertionError("no output; standard error: " + run.err());
    }
    return object(lines.getLast());
  }
}
