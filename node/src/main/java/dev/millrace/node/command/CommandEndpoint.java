package dev.millrace.node.command;

import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Pacing;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import dev.millrace.node.operation.CommandMetrics;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;

/**
 * Commands in. The idempotency key is the command's id: a request that is sent again with it, after
 * whatever happened to the first, has one effect and gets the first answer.
 */
public final class CommandEndpoint {
  static final HeaderName IDEMPOTENCY_KEY = HeaderNames.create("Idempotency-Key");
  private static final HeaderName TRACEPARENT = HeaderNames.create("traceparent");

  private final Contexts contexts;
  private final Gate commands;
  private final Pacing pacing;
  private final Bodies bodies;
  private final CommandGateway gateway;

  public CommandEndpoint(
      Millrace millrace, Contexts contexts, Gate commands, Bodies bodies, CommandMetrics metrics) {
    this.contexts = contexts;
    this.commands = commands;
    this.pacing = new Pacing(millrace.seams().scheduler(), System::nanoTime);
    this.bodies = bodies;
    this.gateway = new CommandGateway(millrace, commands, metrics);
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .post("/api/contexts/{context}/commands/{command}", this::command)
        .post("/api/contexts/{context}/cloudevents", this::cloudEvents);
  }

  private void command(ServerRequest request, ServerResponse response) {
    if (commands.isFull()) {
      Problem refusal = commands.refuse();
      pacing.await();
      refusal.send(response);
      return;
    }
    Params params = new Params(request).only();
    Context context = contexts.named(params.path("context"));
    CommandEnvelope envelope =
        CommandEnvelope.of(key(params))
            .forTenant(params.tenant())
            .tracedBy(params.header(TRACEPARENT).orElse(null));
    CommandGateway.Answer answer =
        gateway.decide(context, params.path("command"), bodies.read(request, response), envelope);
    send(answer, response);
  }

  /** The header's draft writes the key as a quoted string; without quotes it is as clear. */
  private static String key(Params params) {
    String key = params.header(IDEMPOTENCY_KEY).orElse("").strip();
    if (key.length() >= 2 && key.startsWith("\"") && key.endsWith("\"")) {
      key = key.substring(1, key.length() - 1);
    }
    if (key.isBlank() || key.length() > CommandRecord.MAX_ID_LENGTH) {
      throw Problem.of(
              400,
              "idempotency-key-missing",
              "A command needs an idempotency key",
              "send the header Idempotency-Key with 1 to "
                  + CommandRecord.MAX_ID_LENGTH
                  + " characters that name this command; send the same again to repeat it safely")
          .exception();
    }
    return key;
  }

  private void cloudEvents(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only();
    Context context = contexts.named(params.path("context"));
    CloudEventReader reader =
        new CloudEventReader(request.headers(), bodies.read(request, response), params.tenant());
    List<CloudEventReader.Incoming> events = reader.read();
    if (!reader.isBatch()) {
      send(decide(context, events.get(0)), response);
      return;
    }
    List<CommandGateway.Answer> answers =
        events.stream().map(event -> decide(context, event)).toList();
    Routes.json(
        response,
        json -> {
          json.writeStartArray();
          for (CommandGateway.Answer answer : answers) {
            json.writeStartObject();
            json.writeNumberProperty("status", answer.status());
            json.writeName("answer");
            answer.write(json);
            json.writeEndObject();
          }
          json.writeEndArray();
        });
  }

  private CommandGateway.Answer decide(Context context, CloudEventReader.Incoming event) {
    return gateway.decide(context, event.type(), event.data(), event.envelope());
  }

  private static void send(CommandGateway.Answer answer, ServerResponse response) {
    switch (answer) {
      case CommandGateway.Failed(Problem problem) -> problem.send(response);
      case CommandGateway.Done done -> {
        response.header(Params.POSITION, done.position());
        response.header(Routes.NOT_KEPT);
        Routes.sendJson(response, Json.bytes(done::write));
      }
    }
  }
}
