package dev.millrace.node.http;

import io.helidon.http.HttpPrologue;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import org.jspecify.annotations.Nullable;

/** Knows how much has arrived of what the current thread's connection is sent. */
public final class Arrived implements Http1ConnectionListener {
  /** A connection has a thread of its own for as long as it lives. */
  private static final ThreadLocal<@Nullable ConnectionContext> CONNECTION = new ThreadLocal<>();

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    CONNECTION.set(connection);
  }

  /** Bytes after the head of the request that this thread answers, which wait to be read. */
  static int bytes() {
    ConnectionContext connection = CONNECTION.get();
    return connection == null ? 0 : connection.dataReader().available();
  }
}
