package dev.millrace.node.operation;

import dev.millrace.core.CatchUp;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.VersionStatus;
import dev.millrace.core.Versions;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JsonGenerator;

/** Versions of a projection's rows: which there are, how far; make live, roll back, drop. */
public final class VersionEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(VersionEndpoint.class);

  private final Millrace millrace;
  private final Blocking blocking;

  public VersionEndpoint(Millrace millrace, Blocking blocking) {
    this.millrace = millrace;
    this.blocking = blocking;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    String all = "/api/processors/{processor}/versions";
    routes
        .get(all, this::list)
        .post(all + "/rollback", this::rollback)
        .post(all + "/{version}/{operation}", this::operate);
  }

  private Versions of(Params params) {
    String name = params.path("processor");
    for (Context context : millrace.contexts()) {
      if (context.projections().stream().anyMatch(one -> one.name().equals(name))) {
        return millrace.versions(name);
      }
    }
    throw Problem.notFound("there is no projection '" + name + "'").exception();
  }

  private void list(ServerRequest request, ServerResponse response) {
    send(response, of(new Params(request).only()));
  }

  private void rollback(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only();
    Versions versions = of(params);
    int version = run(versions::rollback);
    LOG.info("projection {}: back to version {} by request", params.path("processor"), version);
    send(response, versions);
  }

  private void operate(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only();
    Versions versions = of(params);
    int version = number(params.path("version"));
    String operation = params.path("operation");
    run(() -> {
      switch (operation) {
        case "make-live" -> versions.makeLive(version);
        case "drop" -> versions.drop(version);
        default ->
            throw Problem.notFound(
                    "what can be done with a version is make-live, drop; not '" + operation + "'")
                .exception();
      }
      return version;
    });
    LOG.info(
        "projection {}: {} version {} by request", params.path("processor"), operation, version);
    send(response, versions);
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw Problem.badRequest("a version is a number, not '" + text + "'").exception();
    }
  }

  private int run(java.util.concurrent.Callable<Integer> work) {
    try {
      return blocking.call("versions", work);
    } catch (IllegalArgumentException refused) {
      throw Problem.conflict(String.valueOf(refused.getMessage())).exception();
    }
  }

  private void send(ServerResponse response, Versions versions) {
    List<VersionStatus> all = blocking.call("versions", versions::list);
    response.header(Routes.NOT_KEPT);
    Routes.sendJson(
        response,
        Json.bytes(json -> {
          json.writeStartObject();
          json.writeName("versions");
          json.writeStartArray();
          all.forEach(one -> write(json, one));
          json.writeEndArray();
          json.writeEndObject();
        }));
  }

  private static void write(JsonGenerator json, VersionStatus version) {
    json.writeStartObject();
    json.writeNumberProperty("version", version.rows().version());
    json.writeStringProperty("state", ProcessorEndpoint.word(version.rows().state()));
    json.writeNumberProperty("position", version.position());
    ProcessorStatus processor = version.processor();
    json.writeBooleanProperty("keptUpToDate", processor != null);
    if (processor != null) {
      json.writeStringProperty("processor", ProcessorEndpoint.word(processor.state()));
      json.writeNumberProperty("deadLetters", processor.deadLetters());
      Json.text(json, "problem", processor.problem());
    }
    CatchUp catchUp = version.catchUp();
    if (catchUp != null) {
      ProcessorEndpoint.catchUp(json, catchUp);
    }
    json.writeEndObject();
  }
}
