package dev.millrace.node.model;

import dev.millrace.core.AwaitException;
import dev.millrace.core.BlockedEventException;
import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.Projection;
import dev.millrace.core.Receipt;
import dev.millrace.core.Rows;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowPage;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.Problems;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * Rows of read models. A page and the position that it is as of are of one transaction; the
 * position is the ETag, so that what has not moved is not read again. With a position to wait for,
 * a client reads what it wrote. Who asks for {@code text/event-stream} gets what changes, too.
 */
public final class ReadModelEndpoint {
  /** The event that was asked for waits behind a dead letter: its position. */
  static final HeaderName BLOCKED = HeaderNames.create("Millrace-Blocked");

  private final Millrace millrace;
  private final Contexts contexts;
  private final Blocking blocking;
  private final Gate queries;
  private final Gate waits;
  private final Duration longestWait;
  private final RowStreams streams;

  private record Target(Context context, Projection<?> projection, String table) {}

  public ReadModelEndpoint(
      Millrace millrace,
      Contexts contexts,
      Blocking blocking,
      Gate queries,
      Gate waits,
      Duration longestWait,
      RowStreams streams) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.blocking = blocking;
    this.queries = queries;
    this.waits = waits;
    this.longestWait = longestWait;
    this.streams = streams;
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes
        .get("/api/read-models/{model}", this::rows)
        .get("/api/read-models/{model}/{table}", this::rows);
  }

  private void rows(ServerRequest request, ServerResponse response) {
    Params params = new Params(request);
    Target target = target(request);
    RowQuery query = new RowParams(params, target.table()).query();
    awaitIfAsked(params, target, response);
    if (RowStreams.isWanted(params)) {
      streams.follow(target.projection().name(), query, response);
      return;
    }
    queries.enter();
    try {
      Optional<Checkpoint> now =
          blocking.call("checkpoint", () -> millrace.checkpoint(target.projection().name()));
      if (isUnchanged(params, now)) {
        response.header(HeaderNames.ETAG, etag(now));
        response.status(Status.NOT_MODIFIED_304).send();
        return;
      }
      Rows rows =
          blocking.call("read model", () -> millrace.rows(target.projection().name(), query));
      Optional<Checkpoint> as = Optional.ofNullable(rows.checkpoint());
      response.header(HeaderNames.ETAG, etag(as));
      as.ifPresent(at -> response.header(Params.POSITION, token(at).toString()));
      response.header(HeaderNames.CACHE_CONTROL, "no-cache");
      Routes.sendJson(response, Json.bytes(json -> write(json, target, rows)));
    } finally {
      queries.leave();
    }
  }

  private Target target(ServerRequest request) {
    String name = request.path().pathParameters().get("model");
    for (Context context : contexts.all()) {
      for (Projection<?> projection : context.projections()) {
        if (projection.name().equals(name) && !projection.shown().isEmpty()) {
          List<String> shown = projection.shown();
          String table =
              request.path().pathParameters().first("table").orElseGet(() -> shown.get(0));
          if (!shown.contains(table)) {
            throw Problem.notFound(
                    "read model '" + name + "' has no table '" + table + "'; it has " + shown)
                .exception();
          }
          return new Target(context, projection, table);
        }
      }
    }
    throw Problem.notFound("there is no read model '" + name + "'; see /api/contexts").exception();
  }

  private void awaitIfAsked(Params params, Target target, ServerResponse response) {
    Optional<PositionToken> wanted = params.header(Params.POSITION).map(PositionToken::parse);
    if (wanted.isEmpty()) {
      return;
    }
    EventStore store = millrace.store(target.context().name());
    long position = wanted.get().in(store.identity(), store.head());
    Duration wait = params.preferredWait(longestWait);
    Receipt until =
        new Receipt(
            target.context().name(), store.identity(), position, position, Instant.EPOCH, false);
    waits.enter();
    try {
      blocking.call(
          "await",
          () -> {
            millrace.await(target.projection().name(), until, wait);
            return wait;
          });
    } catch (BlockedEventException e) { // waiting does not help; the rows are as they are
      response.header(BLOCKED, Long.toString(e.position()));
    } catch (AwaitException e) {
      throw Problems.notYet(e.getMessage() == null ? "not yet" : e.getMessage()).exception();
    } finally {
      waits.leave();
    }
    if (!wait.isZero()) {
      response.header("Preference-Applied", "wait=" + wait.toSeconds());
    }
  }

  private static boolean isUnchanged(Params params, Optional<Checkpoint> now) {
    return params
        .header(HeaderNames.IF_NONE_MATCH)
        .filter(given -> isAmong(given, etag(now)))
        .isPresent();
  }

  /** Weak comparison, as for this header: a proxy that packs answers weakens their tags. */
  private static boolean isAmong(String given, String tag) {
    return given.strip().equals("*")
        || List.of(given.replace("W/", "").strip().split("\\s*,\\s*", -1)).contains(tag);
  }

  private static String etag(Optional<Checkpoint> checkpoint) {
    return checkpoint.map(at -> "\"" + token(at) + ":" + at.version() + "\"").orElse("\"empty\"");
  }

  private static PositionToken token(Checkpoint at) {
    return new PositionToken(at.store(), at.position());
  }

  private static void write(JsonGenerator json, Target target, Rows rows) {
    RowPage page = rows.page();
    json.writeStartObject();
    json.writeStringProperty("readModel", target.projection().name());
    json.writeStringProperty("table", target.table());
    json.writeName("columns");
    Json.value(json, page.columns());
    json.writeName("rows");
    json.writeStartArray();
    for (List<?> row : page.rows()) {
      json.writeStartObject();
      for (int i = 0; i < page.columns().size(); i++) {
        json.writeName(page.columns().get(i));
        Json.value(json, row.get(i));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    Json.text(json, "next", page.next());
    Checkpoint as = rows.checkpoint();
    if (as != null) {
      json.writeStringProperty("position", token(as).toString());
    }
    json.writeEndObject();
  }
}
