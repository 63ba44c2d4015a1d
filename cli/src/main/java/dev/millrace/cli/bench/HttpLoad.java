package dev.millrace.cli.bench;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * The load generator of {@link HttpBenchmark}: a program of its own, so that it does not share the
 * node's heap. Connections in a closed loop, over plain sockets, as a client library would cost
 * more than the node.
 */
public final class HttpLoad {
  private static final int ACCOUNTS = 10_000;

  private final int port;
  private final long warmUntil;
  private final long end;
  private final String run = UUID.randomUUID().toString();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final ConcurrentHistogram micros = new ConcurrentHistogram(60_000_000L, 3);

  private HttpLoad(int port, long warmNanos, long nanos) {
    this.port = port;
    this.warmUntil = System.nanoTime() + warmNanos;
    this.end = warmUntil + nanos;
  }

  /** Port, connections, seconds to warm up and to measure; prints rate, p50, p99 and refusals. */
  public static void main(String[] arguments) throws InterruptedException {
    long second = 1_000_000_000L;
    double seconds = Double.parseDouble(arguments[3]);
    HttpLoad load =
        new HttpLoad(
            Integer.parseInt(arguments[0]),
            (long) (Double.parseDouble(arguments[2]) * second),
            (long) (seconds * second));
    List<Thread> connections = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
      connections.add(Thread.ofVirtual().start(load::connection));
    }
    for (Thread connection : connections) {
      connection.join();
    }
    System.out.printf(
        Locale.ROOT,
        "%.1f %d %d %d%n",
        load.micros.getTotalCount() / seconds,
        load.micros.getValueAtPercentile(50),
        load.micros.getValueAtPercentile(99),
        load.refused.get());
  }

  private void connection() {
    byte[] buffer = new byte[8_192];
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setTcpNoDelay(true);
      OutputStream out = socket.getOutputStream();
      InputStream in = socket.getInputStream();
      for (long begun = System.nanoTime(); begun < end; begun = System.nanoTime()) {
        out.write(request(sent.incrementAndGet()));
        int status = answer(in, buffer);
        long now = System.nanoTime();
        if (status != 200) {
          refused.incrementAndGet();
        } else if (begun >= warmUntil && now <= end) {
          micros.recordValue((now - begun) / 1_000);
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private byte[] request(long number) {
    String body = "{\"account\":\"a-" + number % ACCOUNTS + "\",\"cents\":" + number + "}";
    String request =
        "POST /api/contexts/bank/commands/deposit HTTP/1.1\r\nHost: localhost\r\n"
            + "Content-Type: application/json\r\nIdempotency-Key: "
            + run
            + "-"
            + number
            + "\r\nContent-Length: "
            + body.length()
            + "\r\n\r\n"
            + body;
    return request.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Reads one answer to its end, and gives its status. */
  private static int answer(InputStream in, byte[] buffer) throws IOException {
    int length = 0;
    while (true) {
      int read = in.read(buffer, length, buffer.length - length);
      if (read < 0) {
        throw new EOFException("the node closed the connection");
      }
      length += read;
      String text = new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
      int headers = text.indexOf("\r\n\r\n");
      if (headers >= 0 && length >= headers + 4 + contentLength(text, headers)) {
        return Integer.parseInt(text.substring(9, 12));
      }
    }
  }

  private static int contentLength(String text, int headers) {
    String lower = text.substring(0, headers).toLowerCase(Locale.ROOT);
    int name = lower.indexOf("content-length:");
    int lineEnd = lower.indexOf('\r', name);
    String value = lower.substring(name + 15, lineEnd < 0 ? headers : lineEnd);
    return Integer.parseInt(value.strip());
  }
}
