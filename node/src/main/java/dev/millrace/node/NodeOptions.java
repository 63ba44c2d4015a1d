package dev.millrace.node;

import java.util.HashSet;
import java.util.Set;

/**
 * Where a node listens, and its bounds.
 *
 * @param host name or address; loopback unless told otherwise, as nobody is asked who he is
 * @param port 0: any that is free
 * @param limits bounds
 * @param names by which it is reached beside addresses and {@code localhost}: the host, and what a
 *     proxy or a service name adds; a request with another one is refused, as it may be that of a
 *     page which has its own name lead here
 */
public record NodeOptions(String host, int port, NodeLimits limits, Set<String> names) {
  /** Reached from this machine only. */
  public static final String LOOPBACK = "127.0.0.1";

  public NodeOptions {
    Set<String> all = new HashSet<>(names);
    all.add(host);
    names = Set.copyOf(all);
    if (host.isBlank() || port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "a node listens on a host and a port from 0 to 65535: '" + host + "', " + port);
    }
  }

  /** Reached by its host, addresses and {@code localhost}. */
  public NodeOptions(String host, int port, NodeLimits limits) {
    this(host, port, limits, Set.of());
  }

  /** On the loopback address. */
  public static NodeOptions onPort(int port) {
    return new NodeOptions(LOOPBACK, port, NodeLimits.DEFAULT);
  }

  /** The same on another port. */
  public NodeOptions onto(int port) {
    return new NodeOptions(host, port, limits, names);
  }

  /** The same with other bounds. */
  public NodeOptions within(NodeLimits limits) {
    return new NodeOptions(host, port, limits, names);
  }

  /** The same, reached by further names. */
  public NodeOptions named(String... further) {
    Set<String> all = new HashSet<>(names);
    all.addAll(Set.of(further));
    return new NodeOptions(host, port, limits, all);
  }
}
