package dev.millrace.node.event;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Contexts;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Params;
import dev.millrace.node.http.PositionToken;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Live tails by server-sent events, which a client resumes where its connection broke. */
public final class TailEndpoint implements AutoCloseable {
  private static final HeaderName LAST_EVENT_ID = HeaderNames.create("Last-Event-ID");

  private final Millrace millrace;
  private final Contexts contexts;
  private final Blocking blocking;
  private final Gate tails;
  private final Duration heartbeat;
  private final Map<String, TailHub> hubs = new HashMap<>();

  public TailEndpoint(
      Millrace millrace, Contexts contexts, Blocking blocking, Gate tails, Duration heartbeat) {
    this.millrace = millrace;
    this.contexts = contexts;
    this.blocking = blocking;
    this.tails = tails;
    this.heartbeat = heartbeat;
    for (Context context : contexts.all()) {
      EventStore store = millrace.store(context.name());
      hubs.put(context.name(), new TailHub(context.name(), store, millrace.seams()));
    }
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/api/contexts/{context}/tail", this::tail);
  }

  private void tail(ServerRequest request, ServerResponse response) {
    Params params = new Params(request).only("type", "tag", "after", "lastEventId");
    Context context = contexts.named(params.path("context"));
    EventStore store = millrace.store(context.name());
    EventFilter filter = EventFilter.of(params);
    long after = start(params, store);
    TailHub hub = java.util.Objects.requireNonNull(hubs.get(context.name()));
    tails.enter();
    try {
      response.header(HeaderNames.CONTENT_TYPE, "text/event-stream");
      response.header(Routes.NOT_KEPT);
      try (OutputStream out = response.outputStream()) {
        new Tail(context, store, filter, hub, blocking, heartbeat).follow(after, out);
      }
    } catch (IOException | UncheckedIOException e) {
      throw new CloseConnectionException("the client of a tail went away", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CloseConnectionException("the tail was stopped", e);
    } finally {
      tails.leave();
    }
  }

  /** Where a client left off; else from the position that it names; else from now. */
  private static long start(Params params, EventStore store) {
    long head = store.head();
    Optional<String> last = params.header(LAST_EVENT_ID).or(() -> params.one("lastEventId"));
    if (last.isPresent()) {
      return PositionToken.parse(last.get()).in(store.identity(), head);
    }
    return params.number("after", 0, head, head);
  }

  /** How many clients follow. */
  public int following() {
    return tails.inside();
  }

  /** Ends all tails. */
  @Override
  public void close() {
    hubs.values().forEach(TailHub::close);
  }
}
