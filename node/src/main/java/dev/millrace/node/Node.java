package dev.millrace.node;

import dev.millrace.core.Millrace;
import dev.millrace.node.http.Arrived;
import dev.millrace.node.http.Blocking;
import io.helidon.common.socket.SocketOptions;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
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
  private final SlowClients slow;
  private final WebServer server;

  private Node(NodeOptions options, Api api, SlowClients slow, WebServer server) {
    this.options = options;
    this.api = api;
    this.slow = slow;
    this.server = server;
  }

  /**
   * Starts.
   *
   * @throws NodeStartException when it cannot listen there, as when the port is in use
   */
  public static Node start(NodeOptions options, Millrace millrace) {
    InetAddress address = address(options);
    checkIsFree(options, address);
    Api api = new Api(millrace, new Blocking(millrace.seams().scheduler()), options);
    SlowClients slow = new SlowClients(millrace.seams().scheduler(), options.limits());
    WebServer server = server(options, address, api, slow).start();
    if (!server.isRunning()) {
      slow.close();
      api.close();
      throw new NodeStartException(
          "cannot listen on " + where(options) + "; the log says why", null);
    }
    if (!address.isLoopbackAddress()) {
      LOG.warn(
          "listening on {}:{}: whoever reaches this address can send commands and read all events,"
              + " as nobody is asked who he is; put a proxy that asks in front of it",
          options.host(),
          server.port());
    }
    return new Node(options, api, slow, server);
  }

  /** The server only logs that it could not bind; whoever starts a node must be told. */
  private static void checkIsFree(NodeOptions options, InetAddress address) {
    if (options.port() == 0) {
      return;
    }
    try (ServerSocketChannel probe = ServerSocketChannel.open()) {
      probe.bind(new InetSocketAddress(address, options.port()));
    } catch (IOException e) {
      throw new NodeStartException(
          "cannot listen on "
              + where(options)
              + ": "
              + e.getMessage()
              + "; stop what uses the port, or choose another (0: any that is free)",
          e);
    }
  }

  private static String where(NodeOptions options) {
    return options.host() + ":" + options.port();
  }

  private static InetAddress address(NodeOptions options) {
    try {
      return InetAddress.getByName(options.host());
    } catch (UnknownHostException e) {
      throw new NodeStartException("there is no host '" + options.host() + "' to listen on", e);
    }
  }

  /**
   * Loads the server's classes and settings, which takes a good part of a start: to be called while
   * the application opens its store. May be left out, and changes nothing.
   */
  public static void prepare() {
    var _ =
        settings(NodeOptions.onPort(0), InetAddress.getLoopbackAddress())
            .addProtocol(Http1Config.create())
            .routing(none -> {})
            .build();
  }

  private static WebServer server(
      NodeOptions options, InetAddress address, Api api, SlowClients slow) {
    return settings(options, address)
        .addProtocol(
            Http1Config.builder()
                .maxHeadersSize(MAX_HEADER_BYTES)
                .addReceiveListener(new ConnectionListeners(slow.receiving(), new Arrived()))
                .addSendListener(slow.sending())
                .build())
        .routing(api::route)
        .build();
  }

  private static WebServerConfig.Builder settings(NodeOptions options, InetAddress address) {
    NodeLimits limits = options.limits();
    return WebServer.builder()
        .address(address)
        .port(options.port())
        .maxPayloadSize(limits.bodyBytes())
        .maxTcpConnections(limits.connections())
        .idleConnectionTimeout(limits.readTimeout().multipliedBy(2))
        .idleConnectionPeriod(limits.readTimeout().dividedBy(2))
        .connectionOptions(SocketOptions.builder().tcpNoDelay(true).socketKeepAlive(true).build())
        // with two protocols, it waits for the first byte to tell which it is, for ever
        .protocolsDiscoverServices(false)
        .shutdownHook(false)
        .shutdownGracePeriod(GRACE)
        .directHandlers(TransportProblems.handlers(limits));
  }

  /** The port on which it listens. */
  public int port() {
    return server.port();
  }

  /** The routes, to hold the API's document to them. */
  List<String> routes() {
    return api.routes();
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
    slow.close();
  }
}
