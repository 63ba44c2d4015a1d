package dev.millrace.node;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Worker;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes connections whose header fields do not come in time. The server has a time for connections
 * that are idle, which covers one that stalls within the request line, and {@code Bodies} has one
 * for bodies; between the two, from the request line to the end of the fields, there is none but
 * this. It counts from the request line, not from the last byte, so that a client that sends a byte
 * a second is closed too. There is no answer: it could block on a client that does not read.
 */
final class SlowHeads implements Http1ConnectionListener, Worker, AutoCloseable {
  /** It looks so many times within the time. */
  private static final int LOOKS = 4;

  private static final Logger LOG = LoggerFactory.getLogger(SlowHeads.class);

  private final Duration most;
  private final Map<ConnectionContext, Long> begun = new ConcurrentHashMap<>();
  private final Scheduler.Running running;

  @SuppressWarnings("this-escape") // the worker's first step needs nothing that comes after
  SlowHeads(Scheduler scheduler, Duration most) {
    this.most = most;
    this.running = scheduler.start("millrace-slow-heads", this);
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    begun.put(connection, System.nanoTime());
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    begun.remove(connection);
  }

  @Override
  public Next step() {
    long now = System.nanoTime();
    begun.forEach((connection, since) -> {
      if (now - since > most.toNanos() && begun.remove(connection, since)) {
        close(connection);
      }
    });
    return new Next.After(most.dividedBy(LOOKS));
  }

  private static void close(ConnectionContext connection) {
    LOG.debug("closing {}: its header fields did not come in time", connection.socketId());
    try {
      connection.serverSocket().close();
    } catch (UncheckedIOException e) {
      LOG.debug("{} is closed already", connection.socketId(), e);
    }
  }

  @Override
  public void close() {
    var _ = running.stop();
  }
}
