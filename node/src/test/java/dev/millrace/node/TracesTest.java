package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** With a small OTLP receiver in the place of a collector. */
final class TracesTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String CLIENT = "b7ad6b7169203331";

  /** A sync is timed by another clock than its append. */
  private static final long CLOCKS_NANOS = 1_000_000;

  @TempDir Path folder;
  private final List<Span> spans = new CopyOnWriteArrayList<>();
  private final Map<String, String> resources = new ConcurrentHashMap<>();
  private HttpServer receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext(
        "/v1/traces",
        exchange -> {
          var request = ExportTraceServiceRequest.parseFrom(exchange.getRequestBody());
          request.getResourceSpansList().forEach(this::receive);
          exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private void receive(ResourceSpans received) {
    received
        .getResource()
        .getAttributesList()
        .forEach(one -> resources.put(one.getKey(), one.getValue().getStringValue()));
    for (ScopeSpans scope : received.getScopeSpansList()) {
      spans.addAll(scope.getSpansList());
    }
  }

  private static String hex(com.google.protobuf.ByteString bytes) {
    return HexFormat.of().formatHex(bytes.toByteArray());
  }

  private static long nanos(Span span) {
    return span.getEndTimeUnixNano() - span.getStartTimeUnixNano();
  }

  private Span child(String name, String parent) {
    return spans.stream()
        .filter(span -> span.getName().equals(name) && hex(span.getParentSpanId()).equals(parent))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + name + " below " + parent + ": " + spans));
  }

  private Span child(String name, Span parent) {
    return child(name, hex(parent.getSpanId()));
  }

  @Test
  void aTraceGoesFromTheRequestToEachProcessorsEffect() {
    URI endpoint = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces");
    Telemetry telemetry = Telemetry.exportTo(endpoint, "bank", 0);
    String stored;
    try (RunningBank bank = RunningBank.open(folder, RunningBank.LIMITS, telemetry.tracing())) {
      String traceparent = "00-" + TRACE + "-" + CLIENT + "-01";
      var response =
          bank.post(
              "/api/contexts/bank/commands/deposit",
              "{\"account\":\"a-1\",\"cents\":5000}",
              "Idempotency-Key",
              "1",
              "traceparent",
              traceparent);
      assertThat(response.statusCode()).isEqualTo(200);
      bank.post(
          "/api/contexts/bank/commands/deposit",
          "{\"account\":\"a-2\",\"cents\":1}",
          "Idempotency-Key",
          "2");
      JsonNode event = bank.getJson("/api/contexts/bank/events?type=deposited").at("/events/0");
      stored = event.at("/metadata/traceparent").asString();
      String position = RunningBank.json(response).get("position").asString();
      bank.getJson("/api/read-models/turnover", "Millrace-Position", position, "Prefer", "wait=20");
      while (bank.getJson("/api/processors/gratitude").get("position").asLong() < 1) {
        Thread.onSpinWait();
      }
    }
    telemetry.close();

    assertThat(spans).allSatisfy(span -> assertThat(hex(span.getTraceId())).isEqualTo(TRACE));
    Span append = child("append", child("decide deposit", child("command deposit", CLIENT)));
    assertThat(nanos(child("sync", append))).isBetween(1L, nanos(append) + CLOCKS_NANOS);
    assertThat(child("projection turnover", append).getEndTimeUnixNano()).isPositive();
    Span thanks = child("append", child("decide thank", child("reaction gratitude", append)));
    assertThat(nanos(child("sync", thanks))).isPositive();
    assertThat(stored).startsWith("00-" + TRACE).contains(hex(append.getSpanId()));
    assertThat(resources).containsEntry("service.name", "bank");
  }

  @Test
  void aCollectorThatIsNotThereStopsNothing() {
    receiver.stop(0);
    URI endpoint = URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces");
    try (Telemetry telemetry = Telemetry.exportTo(endpoint, "bank", 1);
        RunningBank bank = RunningBank.open(folder, RunningBank.LIMITS, telemetry.tracing())) {
      bank.deposit("a-1", 1);
      assertThat(bank.millrace.store("bank").head()).isEqualTo(1);
    }
  }
}
