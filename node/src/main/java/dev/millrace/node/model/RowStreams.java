package dev.millrace.node.model;

import dev.millrace.core.Millrace;
import dev.millrace.core.RowChange;
import dev.millrace.core.RowSubscription;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JsonGenerator;

/**
 * Rows of a query and then what changes, by server-sent events: {@code rows} with all of them, then
 * {@code changes}. They have no ids, since a position does not tell which rows a client has: who
 * comes back begins with all rows. A slow client holds up its own virtual thread, gets fewer and
 * larger changes, and is closed when it reads nothing.
 */
public final class RowStreams implements AutoCloseable {
  private static final String STREAM = "text/event-stream";
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Millrace millrace;
  private final Gate followers;
  private final Duration heartbeat;
  private final Set<RowSubscription> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  public RowStreams(Millrace millrace, Gate followers, Duration heartbeat) {
    this.millrace = millrace;
    this.followers = followers;
    this.heartbeat = heartbeat;
  }

  /** Whether a request is for a stream. */
  static boolean isWanted(Params params) {
    return params.header(HeaderNames.ACCEPT).filter(accept -> accept.contains(STREAM)).isPresent();
  }

  /** Writes until the client goes away, or the node stops. */
  void follow(String projection, RowQuery query, ServerResponse response) {
    followers.enter();
    try (RowSubscription subscription = millrace.subscribe(projection, query, PAUSE)) {
      open.add(subscription);
      try {
        CompletableFuture<RowChange> first = begin(subscription);
        response.header(HeaderNames.CONTENT_TYPE, STREAM);
        response.header(Routes.NOT_KEPT);
        try (OutputStream out = response.outputStream()) {
          out.write("retry: 2000\n\n".getBytes(StandardCharsets.UTF_8));
          out.flush();
          write(first, subscription, out);
        }
      } finally {
        open.remove(subscription);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client of a stream of rows went away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("the stream of rows was stopped", e);
    } finally {
      followers.leave();
    }
  }

  /** A query that cannot be answered is refused before the stream begins. */
  private static CompletableFuture<RowChange> begin(RowSubscription subscription)
      throws InterruptedException {
    CompletableFuture<RowChange> first = subscription.next();
    try {
      CompletableFuture.anyOf(first, subscription.begun()).get();
      return first;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private void write(
      CompletableFuture<RowChange> first, RowSubscription subscription, OutputStream out)
      throws IOException, InterruptedException {
    CompletableFuture<RowChange> next = first;
    while (!closed) {
      try {
        write(next.get(heartbeat.toMillis(), TimeUnit.MILLISECONDS), out);
        next = subscription.next();
      } catch (TimeoutException nothing) {
        out.write(
            ":\n\n".getBytes(StandardCharsets.UTF_8)); // a comment: whoever went away is noticed
      } catch (ExecutionException e) {
        throw new IOException("the rows cannot be read any more: " + e.getCause(), e);
      }
      out.flush();
    }
  }

  private static void write(RowChange change, OutputStream out) throws IOException {
    String head = "event: " + (change.whole() ? "rows" : "changes") + "\ndata: ";
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(Json.bytes(json -> write(json, change)));
    out.write("\n\n".getBytes(StandardCharsets.UTF_8));
  }

  private static void write(JsonGenerator json, RowChange change) {
    json.writeStartObject();
    json.writeName("columns");
    Json.value(json, change.columns());
    json.writeName("key");
    Json.value(json, change.key());
    json.writeName(change.whole() ? "rows" : "changed");
    objects(json, change.columns(), change.changed());
    if (!change.whole()) {
      json.writeName("removed");
      objects(json, change.key(), change.removed());
    }
    Checkpoint at = change.checkpoint();
    if (at != null) {
      json.writeStringProperty("position", new PositionToken(at.store(), at.position()).toString());
    }
    json.writeEndObject();
  }

  private static void objects(
      JsonGenerator json, List<String> names, List<? extends List<?>> rows) {
    json.writeStartArray();
    for (List<?> row : rows) {
      json.writeStartObject();
      for (int i = 0; i < names.size(); i++) {
        json.writeName(names.get(i));
        Json.value(json, row.get(i));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** Ends all streams. */
  @Override
  public void close() {
    closed = true;
    open.forEach(RowSubscription::close);
  }
}
