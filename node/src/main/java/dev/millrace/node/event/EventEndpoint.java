package dev.millrace.node.event;

import dev.millrace.core.Context;
import dev.millrace.core.EntityHistory;
import dev.millrace.core.Millrace;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.TagValue;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Map;
import tools.jackson.core.JsonGenerator;

/** Pages of events, single events, and histories. */
public final class EventEndpoint {
  /** A page of a history ends early when it has so many bytes of states: they may be large. */
  static final int MAX_STATE_BYTES = 8 << 20;

  private final Millrace millrace;
  private final Contexts contexts;
  private final Blocking blocking;
  private final Gate queries;

  public EventEndpoint(Millrace millrace, Contexts contexts, Blocking blocking, Gate queries) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.blocking = blocking;
    this.queries = queries;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .get("/api/contexts/{context}/events", this::page)
        .get("/api/contexts/{context}/events/{position}", this::one)
        .get("/api/contexts/{context}/entities/{tag}/{+value}", this::history);
  }

  private void page(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only(EventPaging.PARAMETERS.toArray(String[]::new));
    Context context = contexts.named(params.path("context"));
    send(
        response,
        json -> {
          EventStore store = millrace.store(context.name());
          EventPaging.Page page = new EventPaging(store, params).read();
          json.writeStartObject();
          json.writeName("events");
          json.writeStartArray();
          page.events().forEach(event -> EventJson.write(json, context.shown(event)));
          json.writeEndArray();
          PositionToken next = page.next();
          Json.text(json, "next", next == null ? null : next.toString());
          json.writeNumberProperty("head", page.head());
          EventJson.store(json, store.identity());
          json.writeEndObject();
        });
  }

  private void one(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only();
    Context context = contexts.named(params.path("context"));
    long position = position(params.path("position"));
    Query readable = EventFilter.of(params).query();
    send(
        response, json -> new EventStory(millrace, context.name(), position, readable).write(json));
  }

  private static long position(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw dev.millrace.node.http.Problem.badRequest(
              "an event is named by its position, a whole number, not '" + text + "'")
          .exception();
    }
  }

  private void history(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("after", "limit");
    Context context = contexts.named(params.path("context"));
    TagValue tag = new TagValue(params.path("tag"), params.path("value"));
    long after = params.number("after", 0, Long.MAX_VALUE, 0);
    int limit = (int) params.number("limit", 1, EventPaging.MAX_LIMIT, EventPaging.LIMIT);
    send(
        response,
        json -> {
          EntityHistory history =
              millrace.history(context.name(), params.tenant(), tag, after, limit);
          json.writeStartObject();
          json.writeStringProperty("entity", tag.toString());
          json.writeName("before");
          states(json, context, history.before());
          writeSteps(json, context, history);
          EventJson.store(json, millrace.store(context.name()).identity());
          json.writeEndObject();
        });
  }

  private static void writeSteps(JsonGenerator json, Context context, EntityHistory history) {
    long bytes = 0;
    long last = history.examined();
    boolean more = history.more();
    json.writeName("steps");
    json.writeStartArray();
    for (EntityHistory.Step step : history.steps()) {
      if (bytes > MAX_STATE_BYTES) {
        more = true;
        break;
      }
      json.writeStartObject();
      json.writeName("event");
      EventJson.write(json, context.shown(step.event()));
      json.writeName("states");
      bytes += states(json, context, step.states());
      json.writeEndObject();
      last = step.event().position();
    }
    json.writeEndArray();
    if (more) {
      json.writeNumberProperty("next", last);
    }
  }

  private static long states(JsonGenerator json, Context context, Map<String, Object> states) {
    long bytes = 0;
    json.writeStartObject();
    for (Map.Entry<String, Object> state : states.entrySet()) {
      Bytes encoded = context.codec().encode(state.getValue());
      bytes += encoded.length();
      Json.data(json, state.getKey(), encoded);
    }
    json.writeEndObject();
    return bytes;
  }

  private void send(ServerResponse response, Json.Content content) {
    queries.enter();
    try {
      byte[] json = blocking.call("read events", () -> Json.bytes(content));
      response.header(Routes.NOT_KEPT);
      Routes.sendJson(response, json);
    } finally {
      queries.leave();
    }
  }
}
