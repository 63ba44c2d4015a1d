package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.Map;
import java.util.function.IntSupplier;
import tools.jackson.core.JsonGenerator;

/** What there is, by name, and the figures that a page shows. */
public final class OverviewEndpoint {
  private final Millrace millrace;
  private final Contexts contexts;
  private final Blocking blocking;
  private final RecentLatencies commands;
  private final RecentLatencies appends;
  private final IntSupplier tails;
  private final Instant started;

  public OverviewEndpoint(
      Millrace millrace,
      Contexts contexts,
      Blocking blocking,
      CommandMetrics commands,
      IntSupplier tails) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.blocking = blocking;
    this.tails = tails;
    this.started = millrace.seams().clock().instant();
    this.commands = new RecentLatencies(commands.latencies(), started);
    this.appends = new RecentLatencies(commands.appends(), started);
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/api/contexts", this::contexts).get("/api/overview", this::overview);
  }

  private void contexts(ServerRequest request, ServerResponse response) {
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeName("contexts");
          json.writeStartArray();
          contexts.all().forEach(context -> write(json, context));
          json.writeEndArray();
          json.writeEndObject();
        });
  }

  private void write(JsonGenerator json, Context context) {
    EventStore store = millrace.store(context.name());
    json.writeStartObject();
    json.writeStringProperty("name", context.name());
    json.writeName("store");
    Json.value(
        json,
        Map.of(
            "id", store.identity().id(), "epoch", store.identity().epoch(), "head", store.head()));
    list(json, "commands", context.commands());
    list(json, "events", context.events());
    json.writeName("views");
    json.writeStartArray();
    for (Map.Entry<String, View<?, ?>> view : context.views().entrySet()) {
      Json.value(json, Map.of("name", view.getKey(), "tag", view.getValue().key().name()));
    }
    json.writeEndArray();
    json.writeName("readModels");
    json.writeStartArray();
    for (Projection<?> projection : context.projections()) {
      if (!projection.shown().isEmpty()) {
        Json.value(json, Map.of("name", projection.name(), "tables", projection.shown()));
      }
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void list(JsonGenerator json, String name, Iterable<String> values) {
    json.writeName(name);
    Json.value(json, values);
  }

  private void overview(ServerRequest request, ServerResponse response) {
    Instant now = millrace.seams().clock().instant();
    RecentLatencies.Figures decided = commands.at(now);
    RecentLatencies.Figures appended = appends.at(now);
    byte[] overview =
        blocking.call(
            "overview",
            () ->
                Json.bytes(json -> {
                  json.writeStartObject();
                  json.writeStringProperty("time", now.toString());
                  json.writeStringProperty("started", started.toString());
                  json.writeNumberProperty("commands", decided.total());
                  json.writeNumberProperty("tails", tails.getAsInt());
                  quantiles(json, "commandMillis", decided);
                  quantiles(json, "appendMillis", appended);
                  json.writeName("heads");
                  json.writeStartObject();
                  for (Context context : contexts.all()) {
                    json.writeNumberProperty(context.name(), millrace.store(context.name()).head());
                  }
                  json.writeEndObject();
                  json.writeName("stores");
                  json.writeStartObject();
                  for (Context context : contexts.all()) {
                    json.writeName(context.name());
                    StoreOverview.write(json, millrace.store(context.name()));
                  }
                  json.writeEndObject();
                  json.writeEndObject();
                }));
    response.header(Routes.NOT_KEPT);
    Routes.sendJson(response, overview);
  }

  private static void quantiles(
      JsonGenerator json, String name, RecentLatencies.Figures latencies) {
    json.writeName(name);
    Json.value(json, Map.of("p50", latencies.p50Millis(), "p99", latencies.p99Millis()));
  }
}
