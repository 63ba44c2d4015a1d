package dev.millrace.node.operation;

import dev.millrace.core.Millrace;
import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.processing.FailureCause;
import dev.millrace.core.store.Bytes;
import dev.millrace.node.event.EventJson;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Dead letters of processors: list, show; redrive, discard, edit. */
public final class DeadLetterEndpoint {
  /** Who asks, for the record. */
  static final HeaderName ACTOR = HeaderNames.create("Millrace-Actor");

  private static final Logger LOG = LoggerFactory.getLogger(DeadLetterEndpoint.class);

  /** When nobody says. */
  static final String NOBODY = "http";

  private static final long MOST_PER_SECOND = 10_000;
  private static final long UNLESS_PER_SECOND = 10;

  private final Millrace millrace;
  private final Blocking blocking;
  private final Bodies bodies;

  public DeadLetterEndpoint(Millrace millrace, Blocking blocking, Bodies bodies) {
    this.millrace = millrace;
    this.blocking = blocking;
    this.bodies = bodies;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    String all = "/api/processors/{processor}/dead-letters";
    routes
        .get(all, this::list)
        .get(all + "/{id}", this::show)
        .post(all + "/redrive", this::redriveAll)
        .post(all + "/{id}/{operation}", this::operate);
  }

  private DeadLetters of(Params params) {
    String name = params.path("processor");
    if (millrace.processors().stream().noneMatch(status -> status.name().equals(name))) {
      throw Problem.notFound("there is no processor '" + name + "'").exception();
    }
    return millrace.processor(name).deadLetters();
  }

  private void list(ServerRequest request, ServerResponse response) {
    DeadLetters letters = of(new Params(request).only());
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeName("deadLetters");
          json.writeStartArray();
          letters.list().forEach(letter -> write(json, letter));
          json.writeEndArray();
          json.writeName("causes");
          json.writeStartArray();
          letters.causes().forEach(group -> write(json, group));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, DeadLetters.Group group) {
    json.writeStartObject();
    members(json, group.cause());
    json.writeNumberProperty("count", group.count());
    json.writeName("ids");
    json.writeStartArray();
    group.ids().forEach(json::writeString);
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, DeadLetter letter) {
    json.writeStartObject();
    members(json, letter);
    json.writeEndObject();
  }

  private static void members(JsonGenerator json, DeadLetter letter) {
    json.writeStringProperty("id", letter.id());
    json.writeStringProperty("key", letter.key().toString());
    json.writeNumberProperty("position", letter.position());
    json.writeStringProperty("eventId", letter.event().toString());
    json.writeStringProperty("type", letter.type());
    json.writeName("cause");
    json.writeStartObject();
    members(json, letter.cause());
    json.writeEndObject();
    json.writeNumberProperty("attempts", letter.attempts());
    json.writeStringProperty("firstFailed", letter.firstFailed().toString());
    json.writeStringProperty("lastFailed", letter.lastFailed().toString());
    json.writeBooleanProperty("edited", letter.edit() != null);
    json.writeBooleanProperty("redriving", letter.redriving());
  }

  private static void members(JsonGenerator json, FailureCause cause) {
    json.writeStringProperty("exception", cause.exception());
    json.writeStringProperty("message", cause.message());
    json.writeStringProperty("fingerprint", cause.fingerprint());
  }

  private void show(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only();
    DeadLetters letters = of(params);
    String id = params.path("id");
    DeadLetters.Inspected inspected =
        blocking
            .call("dead letter", () -> letters.inspect(id))
            .orElseThrow(() -> none(id).exception());
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          members(json, inspected.letter());
          json.writeName("event");
          EventJson.write(json, inspected.event());
          DeadLetter.Edit edit = inspected.letter().edit();
          if (edit != null) {
            Json.data(json, "edit", edit.data());
          }
          Json.text(json, "unreadable", inspected.problem().isEmpty() ? null : inspected.problem());
          json.writeNumberProperty("waiting", inspected.waiting());
          json.writeEndObject();
        });
  }

  private static Problem none(String id) {
    return Problem.notFound("there is no dead letter '" + id + "'");
  }

  private void redriveAll(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("perSecond", "cause");
    DeadLetters letters = of(params);
    double rate = (double) params.number("perSecond", 1, MOST_PER_SECOND, UNLESS_PER_SECOND);
    String actor = params.header(ACTOR).orElse(NOBODY);
    String cause = params.one("cause").orElse(null);
    int asked = letters.list().size();
    if (cause != null) {
      asked =
          letters.causes().stream()
              .filter(group -> group.cause().fingerprint().equals(cause))
              .mapToInt(DeadLetters.Group::count)
              .sum();
    }
    int count = asked;
    var going =
        cause == null ? letters.redriveAll(rate, actor) : letters.redriveCause(cause, rate, actor);
    String name = params.path("processor");
    var _ =
        going.whenComplete((level, failure) ->
            LOG.info("{} of {} dead letters of {} were redriven", level, count, name, failure));
    response.status(Status.ACCEPTED_202);
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeNumberProperty("redriving", count);
          json.writeEndObject();
        });
  }

  private void operate(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("reason");
    DeadLetters letters = of(params);
    String id = params.path("id");
    String operation = params.path("operation");
    if (letters.list().stream().noneMatch(letter -> letter.id().equals(id))) {
      throw none(id).exception();
    }
    String actor = params.header(ACTOR).orElse(NOBODY);
    boolean level =
        switch (operation) {
          case "redrive" -> Blocking.result(letters.redrive(id, actor));
          case "discard" ->
              Blocking.result(letters.discard(id, params.one("reason").orElse(""), actor));
          case "edit" -> {
            Bytes data = bodies.read(request, response);
            Blocking.result(letters.edit(id, data, actor));
            yield false;
          }
          default ->
              throw Problem.notFound(
                      "what can be done with a dead letter is redrive, discard, edit; not '"
                          + operation
                          + "'")
                  .exception();
        };
    LOG.info("dead letter {} of {}: {} by {}", id, params.path("processor"), operation, actor);
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeBooleanProperty("level", level);
          json.writeEndObject();
        });
  }
}
