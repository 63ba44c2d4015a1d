package dev.millrace.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.http.ProblemException;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.WritableHeaders;
import java.util.List;

/** Any request is CloudEvents, each with a type and an id, or a problem that the client is told. */
final class CloudEventFuzzTest {
  private static final String[] TYPES = {
    "application/cloudevents+json",
    "application/cloudevents-batch+json; charset=utf-8",
    "application/json",
    "text/plain"
  };

  @FuzzTest(maxDuration = "2m")
  void anyRequest(FuzzedDataProvider chosen) {
    WritableHeaders<?> headers = WritableHeaders.create();
    headers.set(HeaderNames.CONTENT_TYPE, chosen.pickValue(TYPES));
    if (chosen.consumeBoolean()) {
      for (String name : List.of("specversion", "id", "source", "type")) {
        headers.set(
            HeaderNames.create("ce-" + name),
            name.equals("specversion") ? "1.0" : chosen.consumeAsciiString(8));
      }
    }
    CloudEventReader reader =
        new CloudEventReader(
            ServerRequestHeaders.create(headers),
            Bytes.wrap(chosen.consumeRemainingAsBytes()),
            Tenant.DEFAULT);
    try {
      for (CloudEventReader.Incoming incoming : reader.read()) {
        assertThat(incoming.type()).isNotBlank();
        assertThat(incoming.envelope().id()).isNotBlank();
        assertThat(incoming.data()).isNotNull();
      }
    } catch (ProblemException | IllegalArgumentException told) {
      assertThat(told).hasMessageMatching("(?s).+");
    }
  }
}
