package dev.millrace.node;

import dev.millrace.core.Millrace;
import dev.millrace.node.http.Blocking;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application behind HTTP. It takes requests when {@link #start} returns; the application stays
 * its owner's, who closes it after the node.
 */
public final class Node implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Node.class);
  private static final int MAX_HEADER_BYTES = 16_384;
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final NodeOptions options;
  private final Api api;
  private final WebServer server;

  private Node(NodeOptions options, Api api, WebServer server) {
    this.options = options;
    this.api = api;
    this.server = server;
  }

  /**
   * Starts.
   *
   * @throws NodeStartException when it cannot listen there, as when the port is in use
   */
  public static Node start(NodeOptions options, Millrace millrace) {
    InetAddress address = address(options);
    Api api = new Api(millrace, new Blocking(millrace.seams().scheduler()), options.limits());
    try {
      WebServer server = server(options, address, api).start();
      if (!address.isLoopbackAddress()) {
        LOG.warn(
            "listening on {}:{}: whoever reaches this address can send commands and read all"
                + " events, as nobody is asked who he is; put a proxy that asks in front of it",
            options.host(),
            server.port());
      }
      return new Node(options, api, server);
    } catch (RuntimeException e) {
      api.close();
      throw cannotListen(options, e);
    }
  }

  private static InetAddress address(NodeOptions options) {
    try {
      return InetAddress.getByName(options.host());
    } catch (UnknownHostException e) {
      throw new NodeStartException("there is no host '" + options.host() + "' to listen on", e);
    }
  }

  private static WebServer server(NodeOptions options, InetAddress address, Api api) {
    NodeLimits limits = options.limits();
    return WebServer.builder()
        .address(address)
        .port(options.port())
        .maxPayloadSize(limits.bodyBytes())
        .maxTcpConnections(limits.connections())
        .idleConnectionTimeout(limits.readTimeout().multipliedBy(2))
        .idleConnectionPeriod(limits.readTimeout())
        .connectionOptions(
            SocketOptions.builder()
                .readTimeout(limits.readTimeout())
                .tcpNoDelay(true)
                .socketKeepAlive(true)
                .build())
        .addProtocol(Http1Config.builder().maxHeadersSize(MAX_HEADER_BYTES).build())
        .shutdownHook(false)
        .shutdownGracePeriod(GRACE)
        .directHandlers(TransportProblems.handlers(limits))
        .routing(api::route)
        .build();
  }

  private static NodeStartException cannotListen(NodeOptions options, RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof BindException) {
        return new NodeStartException(
            "cannot listen on "
                + options.host()
                + ":"
                + options.port()
                + ": "
                + cause.getMessage()
                + "; stop what uses the port, or choose another (0: any that is free)",
            failure);
      }
      if (cause instanceof IOException) {
        break;
      }
    }
    return new NodeStartException(
        "cannot listen on " + options.host() + ":" + options.port() + ": " + failure.getMessage(),
        failure);
  }

  /** The port on which it listens. */
  public int port() {
    return server.port();
  }

  /** Where it is. */
  public URI uri() {
    String host = options.host().indexOf(':') < 0 ? options.host() : "[" + options.host() + "]";
    return URI.create("http://" + host + ":" + port());
  }

  /** Ends tails, lets requests finish for a moment, and stops. */
  @Override
  public void close() {
    api.close();
    server.stop();
  }
}
