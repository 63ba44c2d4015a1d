package dev.millrace.node.http;

import io.helidon.webserver.ConnectionContext;
import org.jspecify.annotations.Nullable;

/** How much has arrived of what the current thread's connection is sent. */
public final class Arrived {
  /** A connection has a thread of its own for as long as it lives. */
  private static final ThreadLocal<@Nullable ConnectionContext> CONNECTION = new ThreadLocal<>();

  private Arrived() {}

  /** A request begins to come in on the connection of this thread. */
  public static void on(ConnectionContext connection) {
    CONNECTION.set(connection);
  }

  /** Bytes after the head of the request that this thread answers, which wait to be read. */
  static int bytes() {
    ConnectionContext connection = CONNECTION.get();
    return connection == null ? 0 : connection.dataReader().available();
  }
}
