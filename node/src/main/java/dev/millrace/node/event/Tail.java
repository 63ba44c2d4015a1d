package dev.millrace.node.event;

import dev.millrace.core.Context;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.PositionToken;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * One client that follows the store by server-sent events. It pulls: a slow client holds up its own
 * virtual thread and nothing else, and nothing is kept for it in memory.
 */
final class Tail {
  private static final int BATCH = 256;
  private static final byte[] RETRY = "retry: 2000\n\n".getBytes(StandardCharsets.UTF_8);

  private final Context context;
  private final EventStore store;
  private final EventFilter filter;
  private final TailHub hub;
  private final Blocking blocking;
  private final Duration heartbeat;
  private final Semaphore signal = new Semaphore(0);
  private final Runnable wake = this::wake;

  Tail(
      Context context,
      EventStore store,
      EventFilter filter,
      TailHub hub,
      Blocking blocking,
      Duration heartbeat) {
    this.context = context;
    this.store = store;
    this.filter = filter;
    this.hub = hub;
    this.blocking = blocking;
    this.heartbeat = heartbeat;
  }

  private void wake() {
    if (signal.availablePermits() == 0) {
      signal.release();
    }
  }

  /** Writes until the client goes away, or the node stops. */
  void follow(long after, OutputStream out) throws IOException, InterruptedException {
    hub.add(filter, wake);
    try (Subscription events = store.subscribe(filter.query(), after)) {
      out.write(RETRY);
      writePosition(events.position(), out);
      while (!hub.isClosed()) {
        EventPage page = blocking.call("tail", () -> events.poll(BATCH));
        for (RecordedEvent event : page.events()) {
          write(event, out);
        }
        if (!page.events().isEmpty()) {
          out.flush();
        }
        if (page.events().size() < BATCH && !awaitNews()) {
          writePosition(events.position(), out);
        }
      }
    } finally {
      hub.remove(filter, wake);
    }
  }

  /** Whether there may be news; false when it is time to show that the connection lives. */
  private boolean awaitNews() throws InterruptedException {
    boolean woken = signal.tryAcquire(heartbeat.toMillis(), TimeUnit.MILLISECONDS);
    signal.drainPermits();
    return woken;
  }

  private void write(RecordedEvent event, OutputStream out) throws IOException {
    out.write(id(event.position()));
    out.write("\ndata: ".getBytes(StandardCharsets.UTF_8));
    out.write(Json.bytes(json -> EventJson.write(json, context.shown(event))));
    out.write("\n\n".getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An id without data is no event for the client, but is what it resumes from: after hours without
   * a match it does not begin hours back.
   */
  private void writePosition(long position, OutputStream out) throws IOException {
    out.write(id(position));
    out.write("\n\n".getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private byte[] id(long position) {
    String token = new PositionToken(store.identity(), position).toString();
    return ("id: " + token).getBytes(StandardCharsets.UTF_8);
  }
}
