package dev.millrace.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;

/** Any text is a position that is written in one way, or a problem that the client is told. */
final class PositionTokenFuzzTest {

  @FuzzTest(maxDuration = "1m")
  void anyText(FuzzedDataProvider chosen) {
    try {
      PositionToken token = PositionToken.parse(chosen.consumeRemainingAsString());
      assertThat(PositionToken.parse(token.toString())).isEqualTo(token);
    } catch (ProblemException told) {
      assertThat(told).hasMessageContaining("position");
    }
  }
}
