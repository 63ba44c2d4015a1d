package dev.millrace.node.operation;

import dev.millrace.core.CatchUp;
import dev.millrace.core.Millrace;
import dev.millrace.core.Processor;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Processors: how they stand; pause, resume, reset; how many handlers run. */
public final class ProcessorEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessorEndpoint.class);

  private static final long MOST_HANDLERS = 16_384;

  private final Millrace millrace;
  private final Blocking blocking;

  public ProcessorEndpoint(Millrace millrace, Blocking blocking) {
    this.millrace = millrace;
    this.blocking = blocking;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .get("/api/processors", this::all)
        .get("/api/processors/{processor}", this::one)
        .post("/api/processors/{processor}/{operation}", this::operate);
  }

  private void all(ServerRequest request, ServerResponse response) {
    List<ProcessorStatus> processors = millrace.processors();
    send(
        response,
        json -> {
          json.writeStartObject();
          json.writeName("processors");
          json.writeStartArray();
          processors.forEach(status -> write(json, status));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void one(ServerRequest request, ServerResponse response) {
    ProcessorStatus status = named(new Params(request).path("processor")).status();
    send(response, json -> write(json, status));
  }

  private void operate(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("handlers");
    String name = params.path("processor");
    String operation = params.path("operation");
    Processor processor = named(name);
    switch (operation) {
      case "pause" -> processor.pause();
      case "resume" -> processor.resume();
      case "reset" -> Blocking.result(processor.reset());
      case "concurrency" -> {
        if (params.one("handlers").filter("auto"::equals).isPresent()) {
          processor.adaptConcurrency();
        } else {
          processor.fixConcurrency((int) params.number("handlers", 1, MOST_HANDLERS, 0));
        }
      }
      case "skip" -> Blocking.result(processor.skip());
      default ->
          throw Problem.notFound(
                  "what can be done with a processor is pause, resume, reset, skip, concurrency; not '"
                      + operation
                      + "'")
              .exception();
    }
    LOG.info("processor {}: {} by request", name, operation);
    response.status(io.helidon.http.Status.ACCEPTED_202);
    send(response, json -> write(json, processor.status()));
  }

  private Processor named(String name) {
    if (millrace.processors().stream().noneMatch(status -> status.name().equals(name))) {
      throw Problem.notFound(
              "there is no processor '"
                  + name
                  + "'; there are "
                  + millrace.processors().stream().map(ProcessorStatus::name).toList())
          .exception();
    }
    return millrace.processor(name);
  }

  private void send(ServerResponse response, Json.Content content) {
    byte[] json = blocking.call("processors", () -> Json.bytes(content));
    response.header(Routes.NOT_KEPT);
    Routes.sendJson(response, json);
  }

  private void write(JsonGenerator json, ProcessorStatus status) {
    json.writeStartObject();
    json.writeStringProperty("name", status.name());
    json.writeStringProperty("context", status.context());
    json.writeStringProperty("kind", word(status.kind()));
    json.writeNumberProperty("version", status.version());
    json.writeStringProperty("state", word(status.state()));
    json.writeNumberProperty("position", status.position());
    json.writeNumberProperty("head", status.head());
    json.writeNumberProperty("lagEvents", status.lag());
    catchUp(json, millrace.processor(status.name()).catchUp());
    Lag.of(status, millrace)
        .ifPresent(lag -> json.writeNumberProperty("lagSeconds", lag.toMillis() / 1e3));
    json.writeNumberProperty("handled", status.handled());
    json.writeNumberProperty("failures", status.failures());
    json.writeNumberProperty("deadLetters", status.deadLetters());
    json.writeNumberProperty("inFlight", status.inFlight());
    json.writeNumberProperty("concurrency", status.concurrency());
    json.writeBooleanProperty("concurrencyAdapts", status.adapts());
    json.writeNumberProperty("shares", status.shares());
    json.writeNumberProperty("ofShares", status.ofShares());
    var holders = millrace.holders(status.name());
    if (!holders.isEmpty()) {
      json.writeName("holders");
      json.writeStartObject();
      holders.forEach(json::writeNumberProperty);
      json.writeEndObject();
    }
    var last = status.lastEventTime();
    Json.text(json, "lastEventTime", last == null ? null : last.toString());
    Json.text(json, "problem", status.problem());
    var breaker = status.breaker();
    if (breaker != null) {
      json.writeName("circuitBreaker");
      json.writeStartObject();
      json.writeStringProperty("name", breaker.name());
      json.writeStringProperty("state", word(breaker.state()));
      Json.text(json, "since", breaker.since() == null ? null : breaker.since().toString());
      Json.text(
          json, "nextProbe", breaker.nextProbe() == null ? null : breaker.nextProbe().toString());
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  static void catchUp(JsonGenerator json, CatchUp catchUp) {
    json.writeName("catchUp");
    json.writeStartObject();
    json.writeNumberProperty("percent", Math.round(catchUp.percent() * 100) / 100.0);
    json.writeNumberProperty("eventsPerSecond", Math.round(catchUp.eventsPerSecond()));
    Duration left = catchUp.left();
    if (left != null) {
      json.writeNumberProperty("secondsLeft", left.toMillis() / 1e3);
    }
    json.writeEndObject();
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
