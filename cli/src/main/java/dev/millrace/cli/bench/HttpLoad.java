package dev.millrace.cli.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * The load generator of {@link HttpBenchmark}: a program of its own, so that it shares neither heap
 * nor threads with the node; one thread over a selector, as a client library would cost more than
 * the node.
 *
 * <p>In a closed loop each connection sends its next request when it has its answer. In an open
 * loop requests are due at a fixed rate, whatever the node does, and their latency counts from when
 * they were due.
 */
public final class HttpLoad {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** How late a request may be sent for want of a connection; later, its client has gone. */
  private static final long PATIENCE = TimeUnit.MILLISECONDS.toNanos(10);

  private final InetSocketAddress address;
  private final Selector selector;
  private final UUID run = UUID.randomUUID();
  private final int most;
  private final double rate;
  private final long begin;
  private final long measured;
  private final long end;
  private final Deque<LoadConnection> free = new ArrayDeque<>();
  private final Histogram answered = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
  private final Histogram refused = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
  private int connections;
  private long numbers;
  private long due;
  private long unsent;

  private HttpLoad(int port, int most, double rate, Duration warmUp, Duration time)
      throws IOException {
    this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    this.selector = Selector.open();
    this.most = most;
    this.rate = rate;
    this.begin = System.nanoTime();
    this.measured = begin + warmUp.toNanos();
    this.end = measured + time.toNanos();
  }

  /**
   * Port, connections at most, requests a second (0: a closed loop), milliseconds to warm up and to
   * measure. Prints a {@link Load}.
   */
  public static void main(String[] arguments) throws IOException {
    HttpLoad load =
        new HttpLoad(
            Integer.parseInt(arguments[0]),
            Integer.parseInt(arguments[1]),
            Double.parseDouble(arguments[2]),
            Duration.ofMillis(Long.parseLong(arguments[3])),
            Duration.ofMillis(Long.parseLong(arguments[4])));
    System.out.println(load.run().line());
  }

  private Load run() throws IOException {
    long now = begin;
    if (rate == 0) {
      while (connections < most) {
        open().send(System.nanoTime());
      }
    }
    while (now < end) {
      if (rate == 0) {
        selector.select(this::ready, 100);
      } else {
        sendDue(now);
        selector.select(this::ready, 1);
      }
      now = System.nanoTime();
    }
    double seconds = (double) (end - measured) / SECOND;
    return new Load(
        answered.getTotalCount() / seconds,
        answered.getValueAtPercentile(50),
        answered.getValueAtPercentile(99),
        refused.getTotalCount() / seconds,
        refused.getValueAtPercentile(99),
        unsent / seconds);
  }

  private LoadConnection open() throws IOException {
    connections++;
    return new LoadConnection(address, selector, new LoadRequest(run, () -> numbers++));
  }

  private void sendDue(long now) throws IOException {
    long wanted = (long) ((now - begin) * rate / SECOND);
    while (due < wanted) {
      long intended = begin + (long) (due * (double) SECOND / rate);
      LoadConnection connection = free.poll();
      if (connection == null && connections < most) {
        connection = open();
      }
      if (connection != null) {
        connection.send(intended);
      } else if (now - intended < PATIENCE) {
        return; // it waits for a connection
      } else if (intended >= measured) {
        unsent++;
      }
      due++;
    }
  }

  private void ready(SelectionKey key) {
    LoadConnection connection = (LoadConnection) key.attachment();
    try {
      int status = connection.ready();
      if (status != 0) {
        ended(connection, status);
      }
    } catch (IOException e) {
      key.cancel();
      lost(connection);
    }
  }

  private void ended(LoadConnection connection, int status) throws IOException {
    long now = System.nanoTime();
    if (now >= measured && now <= end) {
      Histogram histogram = status == 200 ? answered : refused;
      histogram.recordValue((now - connection.begun()) / 1_000);
    }
    if (status < 0) {
      connection.close();
      lost(connection);
    } else if (rate == 0) {
      connection.send(now);
    } else {
      free.push(connection);
    }
  }

  /** The node closed it, or it broke; in a closed loop another takes its place. */
  private void lost(LoadConnection connection) {
    connections--;
    free.remove(connection);
    try {
      if (rate == 0) {
        open().send(System.nanoTime());
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("the node cannot be reached any more", e);
    }
  }
}
