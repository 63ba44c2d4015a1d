package dev.millrace.node;

import io.helidon.common.buffers.BufferData;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.List;

/**
 * Tells several listeners. The server takes several too, but then tells none of them (Helidon
 * 4.5.0, whose list of listeners passes nothing on), so it must be given a single one.
 */
final class ConnectionListeners implements Http1ConnectionListener {
  private final List<Http1ConnectionListener> all;

  ConnectionListeners(Http1ConnectionListener... all) {
    this.all = List.of(all);
  }

  @Override
  public void prologue(ConnectionContext connection, HttpPrologue prologue) {
    all.forEach(each -> each.prologue(connection, prologue));
  }

  @Override
  public void headers(ConnectionContext connection, Headers headers) {
    all.forEach(each -> each.headers(connection, headers));
  }

  @Override
  public void status(ConnectionContext connection, Status status) {
    all.forEach(each -> each.status(connection, status));
  }

  @Override
  public void data(ConnectionContext connection, BufferData data) {
    all.forEach(each -> each.data(connection, data));
  }

  @Override
  public void data(ConnectionContext connection, byte[] data, int position, int length) {
    all.forEach(each -> each.data(connection, data, position, length));
  }
}
