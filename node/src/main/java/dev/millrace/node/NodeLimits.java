package dev.millrace.node;

import java.time.Duration;

/**
 * Bounds of a node: what comes beyond one is refused at once, with an answer that says so.
 * Immutable: each method returns a new value.
 *
 * @param bodyBytes largest body of a request
 * @param commands most commands that are decided at a time
 * @param queries most reads of events and rows at a time
 * @param tails most clients that follow live
 * @param connections most connections; further ones wait to be accepted
 * @param readTimeout longest time for a request's header fields to come in, and again for its body;
 *     twice that for a connection on which no request line comes
 * @param longestWait longest time that a request may ask to wait
 * @param heartbeat how often a tail without events shows that it lives
 */
public record NodeLimits(
    int bodyBytes,
    int commands,
    int queries,
    int tails,
    int connections,
    Duration readTimeout,
    Duration longestWait,
    Duration heartbeat) {
  /** Fits one machine that serves people and services. */
  public static final NodeLimits DEFAULT =
      new NodeLimits(
          1 << 20,
          1_024,
          64,
          2_000,
          4_096,
          Duration.ofSeconds(30),
          Duration.ofSeconds(30),
          Duration.ofSeconds(15));

  public NodeLimits {
    if (bodyBytes < 1 || commands < 1 || queries < 1 || tails < 0 || connections < 1) {
      throw new IllegalArgumentException(
          "limits are at least 1: "
              + java.util.List.of(bodyBytes, commands, queries, tails, connections));
    }
    if (readTimeout.toMillis() < 10 || heartbeat.toMillis() < 1 || longestWait.isNegative()) {
      throw new IllegalArgumentException(
          "times are at least a millisecond, the one to read 10 ms: "
              + java.util.List.of(readTimeout, heartbeat, longestWait));
    }
  }

  /** Longest time for a piece of an answer to go out: that of an idle connection. */
  Duration writeTimeout() {
    Duration idle = readTimeout.multipliedBy(2);
    Duration beats = heartbeat.multipliedBy(4);
    return idle.compareTo(beats) < 0 ? beats : idle;
  }

  /** The same with another largest body, in bytes. */
  public NodeLimits bodies(int bytes) {
    return new NodeLimits(
        bytes, commands, queries, tails, connections, readTimeout, longestWait, heartbeat);
  }

  /** The same with other numbers of commands, queries and tails at a time. */
  public NodeLimits atATime(int commands, int queries, int tails) {
    return new NodeLimits(
        bodyBytes, commands, queries, tails, connections, readTimeout, longestWait, heartbeat);
  }

  /** The same with another number of connections. */
  public NodeLimits connecting(int connections) {
    return new NodeLimits(
        bodyBytes, commands, queries, tails, connections, readTimeout, longestWait, heartbeat);
  }

  /** The same with other times. */
  public NodeLimits times(Duration readTimeout, Duration longestWait, Duration heartbeat) {
    return new NodeLimits(
        bodyBytes, commands, queries, tails, connections, readTimeout, longestWait, heartbeat);
  }
}
