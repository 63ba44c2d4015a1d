package dev.millrace.node.operation;

import dev.millrace.core.Millrace;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.deadline.DeadlineStatus.ScheduleStatus;
import dev.millrace.core.deadline.OpenDeadline;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Deadlines and schedules: how they stand, which are open; cancel one. */
public final class DeadlineEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(DeadlineEndpoint.class);
  private static final long UNLESS_LIMITED = 100;

  private final Millrace millrace;
  private final Blocking blocking;

  public DeadlineEndpoint(Millrace millrace, Blocking blocking) {
    this.millrace = millrace;
    this.blocking = blocking;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .get("/api/deadlines", this::all)
        .get("/api/deadlines/{context}", this::open)
        .post("/api/deadlines/{context}/cancel", this::cancel);
  }

  private String context(Params params) {
    String name = params.path("context");
    if (millrace.deadlines().stream().noneMatch(status -> status.context().equals(name))) {
      throw Problem.notFound("no deadlines of a context '" + name + "' run here").exception();
    }
    return name;
  }

  private void open(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("limit");
    int limit = (int) params.number("limit", 1, Millrace.MOST_DEADLINES, UNLESS_LIMITED);
    List<OpenDeadline> open = Blocking.result(millrace.openDeadlines(context(params), limit));
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeName("deadlines");
          json.writeStartArray();
          open.forEach(one -> write(json, one));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private static void write(JsonGenerator json, OpenDeadline deadline) {
    json.writeStartObject();
    json.writeStringProperty("key", deadline.key());
    json.writeStringProperty("tenant", deadline.tenant().name());
    json.writeNumberProperty("position", deadline.position());
    json.writeStringProperty("due", deadline.due().toString());
    json.writeNumberProperty("attempts", deadline.attempts());
    json.writeBooleanProperty("inFlight", deadline.inFlight());
    json.writeEndObject();
  }

  private void cancel(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("key");
    String context = context(params);
    String key =
        params
            .one("key")
            .orElseThrow(() -> Problem.badRequest("'key' is missing: which one").exception());
    String actor = params.header(DeadLetterEndpoint.ACTOR).orElse(DeadLetterEndpoint.NOBODY);
    boolean cancelled =
        Blocking.result(millrace.cancelDeadline(context, params.tenant(), key, actor));
    if (!cancelled) {
      throw Problem.notFound("there is no open deadline '" + key + "' in " + context).exception();
    }
    LOG.info("deadline {} of {} was cancelled by {}", key, context, actor);
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("cancelled", key);
          json.writeEndObject();
        });
  }

  private void all(ServerRequest request, ServerResponse response) {
    List<DeadlineStatus> deadlines = millrace.deadlines();
    byte[] json =
        blocking.call(
            "deadlines",
            () ->
                Json.bytes(out -> {
                  out.writeStartObject();
                  out.writeName("contexts");
                  out.writeStartArray();
                  deadlines.forEach(status -> write(out, status));
                  out.writeEndArray();
                  out.writeEndObject();
                }));
    response.header(Routes.NOT_KEPT);
    Routes.sendJson(response, json);
  }

  private static void write(JsonGenerator json, DeadlineStatus status) {
    json.writeStartObject();
    json.writeStringProperty("context", status.context());
    json.writeBooleanProperty("level", status.level());
    json.writeNumberProperty("open", status.open());
    json.writeNumberProperty("due", status.due());
    json.writeNumberProperty("inFlight", status.inFlight());
    json.writeNumberProperty("failing", status.failing());
    json.writeNumberProperty("fired", status.fired());
    json.writeNumberProperty("rejected", status.rejected());
    json.writeNumberProperty("lateSeconds", status.lateBy().toMillis() / 1e3);
    Json.text(json, "next", text(status.next()));
    Json.text(json, "problem", status.problem());
    json.writeName("schedules");
    json.writeStartArray();
    for (ScheduleStatus schedule : status.schedules()) {
      json.writeStartObject();
      json.writeStringProperty("name", schedule.name());
      Json.text(json, "reached", text(schedule.reached()));
      Json.text(json, "next", text(schedule.next()));
      Json.text(json, "problem", schedule.problem());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static @Nullable String text(@Nullable Instant time) {
    return time == null ? null : time.toString();
  }
}
