package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Routes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API's description (OpenAPI 3.1): what is the same for every application stands in a resource;
 * the commands and events of the contexts are added as schemas, made of their records.
 */
public final class OpenApiEndpoint {
  private static final String RESOURCE = "openapi.json";

  private final Contexts contexts;

  private volatile byte @Nullable [] bytes;

  public OpenApiEndpoint(Contexts contexts) {
    this.contexts = contexts;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/openapi.json", (request, response) -> Routes.sendJson(response, bytes()));
  }

  /** Made when it is first asked for: a start need not wait for it. */
  private byte[] bytes() {
    byte[] known = bytes;
    if (known == null) {
      known = Json.mapper().writeValueAsBytes(document());
      bytes = known;
    }
    return known;
  }

  private ObjectNode document() {
    ObjectNode document = common();
    ObjectNode schemas = (ObjectNode) document.at("/components/schemas");
    ObjectNode paths = (ObjectNode) document.get("paths");
    for (Context context : contexts.all()) {
      for (String command : context.commands()) {
        String name = context.name() + ".command." + command;
        schemas.set(name, new RecordSchema().of(context.commandType(command)));
        paths.set(
            "/api/contexts/" + context.name() + "/commands/" + command,
            path(context, command, name));
      }
      for (String event : context.events()) {
        context
            .eventType(event)
            .ifPresent(type ->
                schemas.set(context.name() + ".event." + event, new RecordSchema().of(type)));
      }
    }
    return document;
  }

  private static ObjectNode common() {
    try (InputStream resource = OpenApiEndpoint.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException("the program was packed without " + RESOURCE);
      }
      return (ObjectNode) Json.mapper().readTree(resource.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command's own path, which the general one answers. */
  private static ObjectNode path(Context context, String command, String schema) {
    ObjectNode path = Json.mapper().createObjectNode();
    ObjectNode post = path.putObject("post");
    post.put("operationId", context.name() + "." + command);
    post.put("summary", "Decide " + command);
    post.putArray("tags").add("commands");
    post.putArray("parameters").addObject().put("$ref", "#/components/parameters/IdempotencyKey");
    post.putObject("requestBody")
        .put("required", true)
        .putObject("content")
        .putObject("application/json")
        .putObject("schema")
        .put("$ref", "#/components/schemas/" + schema);
    ObjectNode responses = post.putObject("responses");
    responses.putObject("200").put("$ref", "#/components/responses/Accepted");
    responses.putObject("422").put("$ref", "#/components/responses/Rejected");
    responses.putObject("default").put("$ref", "#/components/responses/Problem");
    return path;
  }
}
