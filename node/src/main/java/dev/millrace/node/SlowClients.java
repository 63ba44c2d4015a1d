package dev.millrace.node;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import io.helidon.common.buffers.BufferData;
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
 * Closes connections of clients that stall, of which the server itself knows too little. It has a
 * time for connections that are idle, which covers one that stalls within the request line, and
 * {@code Bodies} has one for bodies. Here is that for header fields, and that for answers which
 * nobody reads.
 *
 * <p>The time for fields counts from the request line, not from the last byte, so that a client
 * that sends a byte a second is closed too. The time for an answer counts from the last piece that
 * was begun: a tail begins one with each heartbeat. There is no word of goodbye, which could block.
 */
final class SlowClients implements AutoCloseable {
  /** It looks so many times within a time. */
  private static final int LOOKS = 4;

  private static final Duration LONGEST_PERIOD = Duration.ofSeconds(1);
  private static final Logger LOG = LoggerFactory.getLogger(SlowClients.class);

  private final Watch heads;
  private final Watch answers;
  private final Scheduler.Running running;

  SlowClients(Scheduler scheduler, NodeLimits limits) {
    this.heads = new Watch(limits.readTimeout(), "its header fields did not come in time");
    this.answers = new Watch(limits.writeTimeout(), "nobody reads its answer");
    Duration wanted = limits.readTimeout().dividedBy(LOOKS);
    Duration period = wanted.compareTo(LONGEST_PERIOD) < 0 ? wanted : LONGEST_PERIOD;
    this.running = scheduler.start("millrace-slow-clients", () -> look(period));
  }

  /** Learns what comes in. */
  Http1ConnectionListener receiving() {
    return new Http1ConnectionListener() {
      @Override
      public void prologue(ConnectionContext connection, HttpPrologue prologue) {
        answers.end(connection);
        heads.begin(connection);
      }

      @Override
      public void headers(ConnectionContext connection, Headers headers) {
        heads.end(connection);
      }
    };
  }

  /** Learns what goes out, before it does; whether it has gone is only seen from what follows. */
  Http1ConnectionListener sending() {
    return new Http1ConnectionListener() {
      @Override
      public void data(ConnectionContext connection, BufferData data) {
        answers.begin(connection);
      }
    };
  }

  private Next look(Duration period) {
    long now = System.nanoTime();
    heads.closeOverdue(now);
    answers.closeOverdue(now);
    return new Next.After(period);
  }

  /** What takes a time on connections, and how long it may. */
  private record Watch(Duration most, String complaint, Map<ConnectionContext, Long> begun) {
    Watch(Duration most, String complaint) {
      this(most, complaint, new ConcurrentHashMap<>());
    }

    void begin(ConnectionContext connection) {
      begun.put(connection, System.nanoTime());
    }

    void end(ConnectionContext connection) {
      begun.remove(connection);
    }

    void closeOverdue(long now) {
      begun.forEach((connection, since) -> {
        if (!connection.serverSocket().isConnected()) {
          begun.remove(connection);
        } else if (now - since > most.toNanos() && begun.remove(connection, since)) {
          LOG.debug("closing {}: {}", connection.socketId(), complaint);
          close(connection);
        }
      });
    }

    private static void close(ConnectionContext connection) {
      try {
        connection.serverSocket().close();
      } catch (UncheckedIOException e) {
        LOG.debug("{} is closed already", connection.socketId(), e);
      }
    }
  }

  @Override
  public void close() {
    var _ = running.stop();
  }
}
