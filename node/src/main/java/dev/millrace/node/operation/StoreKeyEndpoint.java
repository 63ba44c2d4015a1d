package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Gives an encrypted store another master key while it runs. The key itself is never sent. */
public final class StoreKeyEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(StoreKeyEndpoint.class);

  private final Millrace millrace;
  private final Contexts contexts;
  private final Bodies bodies;

  public StoreKeyEndpoint(Millrace millrace, Contexts contexts, Bodies bodies) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.bodies = bodies;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.post("/api/contexts/{context}/store-key", this::rotate);
  }

  private void rotate(ServerRequest request, ServerResponse response) {
    Context context = contexts.named(new Params(request).only().path("context"));
    String source = source(bodies.read(request, response).toArray());
    int keys = Blocking.result(millrace.store(context.name()).rotateKey(source));
    LOG.info(
        "the store of context {} has another master key, by request; it opens with {} from now on",
        context.name(),
        source);
    Routes.json(
        response,
        json ->
            Json.value(json, Map.of("context", context.name(), "source", source, "keys", keys)));
  }

  private static String source(byte[] body) {
    try {
      JsonNode source = Json.mapper().readTree(body).get("source");
      if (source != null && source.isString() && !source.asString().isBlank()) {
        return source.asString();
      }
    } catch (JacksonException e) {
      throw malformed();
    }
    throw malformed();
  }

  private static RuntimeException malformed() {
    return Problem.badRequest(
            "send {\"source\": …} with where this process finds the key, as in file:/etc/next.key")
        .exception();
  }
}
