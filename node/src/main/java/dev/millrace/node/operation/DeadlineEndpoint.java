package dev.millrace.node.operation;

import dev.millrace.core.Millrace;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.deadline.DeadlineStatus.ScheduleStatus;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Deadlines and schedules: how they stand. */
public final class DeadlineEndpoint {
  private final Millrace millrace;
  private final Blocking blocking;

  public DeadlineEndpoint(Millrace millrace, Blocking blocking) {
    this.millrace = millrace;
    this.blocking = blocking;
  }

  /** Registers its route. */
  public void register(Routes routes) {
    routes.get("/api/deadlines", this::all);
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
