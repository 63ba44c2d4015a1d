package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.DiskRoom;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Query;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Routes;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Health. Live: the process answers. Ready: it takes commands and its processors run; if not, the
 * reasons stand in the answer. A processor that only lags is a reason to look, not to be taken out
 * of service; so is a disk that is nearly full, of which the warnings tell.
 */
public final class HealthEndpoint {
  private final Millrace millrace;
  private final Blocking blocking;
  private volatile boolean stopping;

  public HealthEndpoint(Millrace millrace, Blocking blocking) {
    this.millrace = millrace;
    this.blocking = blocking;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/health/live", this::live).get("/health/ready", this::ready);
  }

  /** From now on it is not ready. */
  public void stopping() {
    stopping = true;
  }

  private void live(ServerRequest request, ServerResponse response) {
    Routes.json(response, json -> Json.value(json, Map.of("status", "up")));
  }

  private void ready(ServerRequest request, ServerResponse response) {
    List<String> warnings = new ArrayList<>();
    List<String> reasons = blocking.call("health", () -> reasons(warnings));
    response.status(reasons.isEmpty() ? Status.OK_200 : Status.SERVICE_UNAVAILABLE_503);
    response.header(Routes.NOT_KEPT);
    Routes.sendJson(
        response,
        Json.bytes(json -> {
          json.writeStartObject();
          json.writeStringProperty("status", reasons.isEmpty() ? "ready" : "not-ready");
          json.writeName("reasons");
          Json.value(json, reasons);
          json.writeName("warnings");
          Json.value(json, warnings);
          json.writeEndObject();
        }));
  }

  private List<String> reasons(List<String> warnings) {
    List<String> reasons = new ArrayList<>();
    if (stopping) {
      reasons.add("the node is stopping");
    }
    for (Context context : millrace.contexts()) {
      try {
        EventStore store = millrace.store(context.name());
        var _ = store.read(Query.all(), store.head(), Direction.BACKWARD, 1);
        store
            .activity()
            .ifPresent(activity -> addDisk(context.name(), activity.disk(), reasons, warnings));
      } catch (MillraceException e) {
        reasons.add("the store of context '" + context.name() + "': " + e.getMessage());
      }
    }
    if (reasons.isEmpty()) {
      addProcessors(reasons); // without their store they cannot even say how they stand
    }
    return reasons;
  }

  private static void addDisk(
      String context, @Nullable DiskRoom room, List<String> reasons, List<String> warnings) {
    if (room == null) {
      return;
    }
    String what =
        "the disk of the store of context '"
            + context
            + "' is "
            + room.usedPercent()
            + "% full, "
            + room.usableBytes()
            + " bytes are free";
    switch (room.state()) {
      case ENOUGH -> {}
      case LOW ->
          warnings.add(
              what + "; commands are refused when fewer than " + room.reserveBytes() + " are");
      case FULL ->
          reasons.add(what + "; commands are refused until there is room again, reads go on");
    }
  }

  private void addProcessors(List<String> reasons) {
    for (ProcessorStatus processor : millrace.processors()) {
      switch (processor.state()) {
        case STARTING -> reasons.add("processor '" + processor.name() + "' starts");
        case STOPPED ->
            reasons.add("processor '" + processor.name() + "' has stopped: " + processor.problem());
        case STANDBY, CATCHING_UP, LIVE, RETRYING, PAUSED -> {}
      }
    }
  }
}
