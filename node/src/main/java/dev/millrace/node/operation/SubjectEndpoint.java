package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Receipt;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Bodies;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/**
 * Forgets those whom personal values are about, and lets them come back. Whom is said in the body,
 * as addresses are logged in many places.
 */
public final class SubjectEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(SubjectEndpoint.class);

  private final Millrace millrace;
  private final Contexts contexts;
  private final Blocking blocking;
  private final Bodies bodies;

  public SubjectEndpoint(Millrace millrace, Contexts contexts, Blocking blocking, Bodies bodies) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.blocking = blocking;
    this.bodies = bodies;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .post("/api/subjects/forget", this::forget)
        .post("/api/subjects/remember", this::remember);
  }

  private void forget(ServerRequest request, ServerResponse response) {
    Tenant tenant = new Params(request).only().tenant();
    TagValue subject = subject(request, response);
    List<Receipt> told = blocking.call("forget", () -> millrace.forget(tenant, subject));
    LOG.info("a {} was forgotten by request", subject.name());
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          whom(json, tenant, subject);
          json.writeName("told");
          json.writeStartArray();
          for (Receipt receipt : told) {
            String position = new PositionToken(receipt.store(), receipt.last()).toString();
            Json.value(json, Map.of("context", receipt.context(), "position", position));
          }
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void remember(ServerRequest request, ServerResponse response) {
    Tenant tenant = new Params(request).only().tenant();
    TagValue subject = subject(request, response);
    blocking.call(
        "remember",
        () -> {
          millrace.remember(tenant, subject);
          return true;
        });
    LOG.info("a {} may be known again, by request", subject.name());
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          whom(json, tenant, subject);
          json.writeEndObject();
        });
  }

  private static void whom(JsonGenerator json, Tenant tenant, TagValue subject) {
    json.writeStringProperty("subject", subject.toString());
    json.writeStringProperty("tenant", tenant.name());
  }

  private TagValue subject(ServerRequest request, ServerResponse response) {
    TagValue subject = parsed(bodies.read(request, response).toArray());
    TreeSet<String> kinds = new TreeSet<>();
    for (Context context : contexts.all()) {
      kinds.addAll(context.subjectTags());
    }
    if (!kinds.contains(subject.name())) {
      throw Problem.notFound(
              "no context has personal values of a '"
                  + subject.name()
                  + "'; there are those of "
                  + kinds)
          .exception();
    }
    return subject;
  }

  private static TagValue parsed(byte[] body) {
    try {
      JsonNode subject = Json.mapper().readTree(body).get("subject");
      if (subject != null && subject.isString()) {
        return TagValue.parse(subject.asString());
      }
    } catch (JacksonException | IllegalArgumentException e) {
      throw malformed();
    }
    throw malformed();
  }

  private static RuntimeException malformed() {
    return Problem.badRequest("send {\"subject\": \"name:value\"}, as in customer:c-1").exception();
  }
}
