package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Routes;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.function.IntSupplier;
import tools.jackson.core.JsonGenerator;

/** What there is, by name, and the figures that a page shows. */
public final class OverviewEndpoint {
  /** Latencies are those of so many of the last looks, each at least a second apart. */
  private static final int LOOKS = 10;

  private final Millrace millrace;
  private final Contexts contexts;
  private final Latencies latencies;
  private final IntSupplier tails;
  private final Instant started;

  // under the lock of this object
  private final Deque<Look> looks = new ArrayDeque<>();

  /** The counts at a time. */
  private static final class Look {
    final Instant at;
    final long[] counts;

    Look(Instant at, long[] counts) {
      this.at = at;
      this.counts = counts;
    }
  }

  public OverviewEndpoint(
      Millrace millrace, Contexts contexts, CommandMetrics commands, IntSupplier tails) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.latencies = commands.latencies();
    this.tails = tails;
    this.started = millrace.seams().clock().instant();
    looks.add(new Look(started, latencies.snapshot()));
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
    long[] all = latencies.snapshot();
    long[] before = lookBefore(new Look(now, all));
    long[] recent = new long[all.length];
    long commands = 0;
    for (int i = 0; i < all.length; i++) {
      recent[i] = all[i] - before[i];
      commands += all[i];
    }
    long total = commands;
    Routes.json(
        response,
        json -> {
          json.writeStartObject();
          json.writeStringProperty("time", now.toString());
          json.writeStringProperty("started", started.toString());
          json.writeNumberProperty("commands", total);
          json.writeNumberProperty("tails", tails.getAsInt());
          json.writeName("commandMillis");
          Json.value(
              json,
              Map.of(
                  "p50", Latencies.quantile(recent, 0.5) / 1e6,
                  "p99", Latencies.quantile(recent, 0.99) / 1e6));
          json.writeName("heads");
          json.writeStartObject();
          for (Context context : contexts.all()) {
            json.writeNumberProperty(context.name(), millrace.store(context.name()).head());
          }
          json.writeEndObject();
          json.writeEndObject();
        });
  }

  /** The counts of the oldest look that is kept; a new one is kept when a second has passed. */
  private synchronized long[] lookBefore(Look now) {
    Look newest = looks.getLast();
    if (now.at.isAfter(newest.at.plusSeconds(1))) {
      looks.addLast(now);
      if (looks.size() > LOOKS) {
        looks.removeFirst();
      }
    }
    return looks.getFirst().counts;
  }
}
