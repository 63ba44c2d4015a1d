package dev.millrace.node.command;

import dev.millrace.core.Accepted;
import dev.millrace.core.Command;
import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Outcome;
import dev.millrace.core.Receipt;
import dev.millrace.core.Rejected;
import dev.millrace.core.Tracing;
import dev.millrace.core.store.Bytes;
import dev.millrace.node.event.EventJson;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Problems;
import dev.millrace.node.operation.CommandMetrics;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import tools.jackson.core.JsonGenerator;

/** Decides commands that came in by whatever binding, and says how each ended. */
final class CommandGateway {
  private final Millrace millrace;
  private final Gate commands;
  private final CommandMetrics metrics;

  CommandGateway(Millrace millrace, Gate commands, CommandMetrics metrics) {
    this.millrace = millrace;
    this.commands = commands;
    this.metrics = metrics;
  }

  /** How a command ended: with a receipt, or with a problem. */
  sealed interface Answer {
    /** HTTP status. */
    int status();

    /** Writes the answer's object. */
    void write(JsonGenerator json);
  }

  /** It was accepted, and its events are durable. */
  record Done(Receipt receipt) implements Answer {
    @Override
    public int status() {
      return 200;
    }

    /** What to wait for in a read model. */
    String position() {
      return new PositionToken(receipt.store(), receipt.last()).toString();
    }

    @Override
    public void write(JsonGenerator json) {
      json.writeStartObject();
      json.writeStringProperty("outcome", "accepted");
      json.writeStringProperty("context", receipt.context());
      EventJson.store(json, receipt.store());
      json.writeNumberProperty("first", receipt.first());
      json.writeNumberProperty("last", receipt.last());
      json.writeNumberProperty("events", receipt.events());
      json.writeStringProperty("time", receipt.time().toString());
      json.writeBooleanProperty("repeated", receipt.repeated());
      json.writeStringProperty("position", position());
      json.writeEndObject();
    }
  }

  /** It was not. */
  record Failed(Problem problem) implements Answer {
    @Override
    public int status() {
      return problem.status();
    }

    @Override
    public void write(JsonGenerator json) {
      problem.write(json);
    }
  }

  /** Decides a command; everything that can go wrong is in the answer. */
  Answer decide(Context context, String type, Bytes data, CommandEnvelope envelope) {
    long started = metrics.begin();
    if (!context.hasCommand(type)) {
      return new Failed(
          Problem.notFound(
              "context '"
                  + context.name()
                  + "' has no command '"
                  + type
                  + "'; it has "
                  + context.commands()));
    }
    Span span = begin(type, envelope);
    Answer answer = null;
    try {
      answer = run(context, type, data, envelope, span);
      return answer;
    } finally {
      metrics.end(context.name(), type, answer == null ? 500 : answer.status(), started);
      span.setAttribute("http.response.status_code", answer == null ? 500 : answer.status());
      span.end();
    }
  }

  private Span begin(String type, CommandEnvelope envelope) {
    Tracing tracing = millrace.tracing();
    if (!tracing.isOn()) {
      return Span.getInvalid();
    }
    return tracing
        .span("command " + type, envelope.traceparent())
        .setSpanKind(SpanKind.SERVER)
        .startSpan();
  }

  private Answer run(
      Context context, String type, Bytes data, CommandEnvelope envelope, Span span) {
    try {
      commands.enter();
    } catch (RuntimeException refused) {
      return new Failed(Problems.of(refused));
    }
    try {
      String traceparent = Tracing.traceparent(span);
      Command<?> command = context.readCommand(type, data);
      Outcome<?> outcome =
          Blocking.result(
              millrace.submit(
                  command, traceparent == null ? envelope : envelope.tracedBy(traceparent)));
      return switch (outcome) {
        case Accepted<?>(Receipt receipt) -> new Done(receipt);
        case Rejected<?>(Object reason, Receipt at) ->
            new Failed(rejection(context, type, reason, at));
      };
    } catch (RuntimeException failure) {
      return new Failed(Problems.of(failure));
    } finally {
      commands.leave();
    }
  }

  private static Problem rejection(Context context, String type, Object reason, Receipt at) {
    return Problem.of(
            422,
            "rejected",
            "The command was rejected",
            "'" + type + "' was rejected; nothing was stored")
        .with(
            "rejection",
            json -> {
              json.writeStartObject();
              json.writeStringProperty("type", reason.getClass().getSimpleName());
              Json.data(json, "data", context.codec().encode(reason));
              json.writeEndObject();
            })
        .with(
            "decidedAt",
            json -> json.writeString(new PositionToken(at.store(), at.last()).toString()));
  }
}
