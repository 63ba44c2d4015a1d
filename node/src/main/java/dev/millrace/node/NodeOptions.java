package dev.millrace.node;

/**
 * Where a node listens, and its bounds.
 *
 * @param host name or address; loopback unless told otherwise, as nobody is asked who he is
 * @param port 0: any that is free
 * @param limits bounds
 */
public record NodeOptions(String host, int port, NodeLimits limits) {
  /** Reached from this machine only. */
  public static final String LOOPBACK = "127.0.0.1";

  public NodeOptions {
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "a node listens on a host and a port from 0 to 65535: '" + host + "', " + port);
    }
  }

  /** On the loopback address. */
  public static NodeOptions onPort(int port) {
    return new NodeOptions(LOOPBACK, port, NodeLimits.DEFAULT);
  }

  /** The same with other bounds. */
  public NodeOptions within(NodeLimits limits) {
    return new NodeOptions(host, port, limits);
  }
}
