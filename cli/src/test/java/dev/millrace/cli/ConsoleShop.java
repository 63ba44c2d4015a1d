package dev.millrace.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.domain.Line;
import dev.millrace.retail.domain.ShopCommand.AdjustStock;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * The shop behind a node, and beside it a server through which the browser's specs ask for what
 * only this process can do: {@code POST /stop}, {@code /start}, {@code /traffic?on=true}, {@code
 * /fill?events=1000}, {@code /mend?colour=mauve} of the {@link ConsoleWalls}.
 */
final class ConsoleShop implements AutoCloseable {
  private static final long SEED = 11;
  private static final int INVOICES = 150;
  private static final double TRAFFIC_PER_SECOND = 40;
  private static final int LINES = 1_000;
  private static final Duration LEVEL = Duration.ofSeconds(60);

  private final RetailApplication application;
  private final ConsoleWalls walls;
  private final HttpServer control;
  private final int port;
  private Node node;
  private CompletableFuture<?> traffic = CompletableFuture.completedFuture(null);
  private volatile boolean busy;
  private int filled;

  ConsoleShop(Path folder, ConsoleWalls walls) throws IOException {
    this.walls = walls;
    application = RetailApplication.open(folder);
    int[] left = {INVOICES};
    application.traffic(SEED).run(0, () -> left[0]-- > 0);
    application.awaitLevel(LEVEL);
    node = Node.start(NodeOptions.onPort(0), application.millrace());
    port = node.port();
    control = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    control.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    control.createContext("/", this::answer);
    control.start();
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  URI controlUri() {
    return URI.create("http://127.0.0.1:" + control.getAddress().getPort());
  }

  private void answer(HttpExchange exchange) throws IOException {
    String text = "done";
    int status = 200;
    try {
      act(exchange.getRequestURI());
    } catch (RuntimeException e) {
      status = 500;
      text = e.toString();
    }
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private synchronized void act(URI request) {
    String value = request.getQuery() == null ? "" : request.getQuery().split("=", 2)[1];
    switch (request.getPath()) {
      case "/stop" -> node.close();
      case "/start" -> node = Node.start(NodeOptions.onPort(port), application.millrace());
      case "/traffic" -> traffic(Boolean.parseBoolean(value));
      case "/mend" -> walls.mend(value);
      case "/fill" -> fill(Integer.parseInt(value));
      default -> throw new IllegalArgumentException("nothing is called " + request);
    }
  }

  private void traffic(boolean on) {
    busy = false;
    traffic.join();
    if (on) {
      busy = true;
      traffic =
          CompletableFuture.runAsync(
              () -> application.traffic(SEED).run(TRAFFIC_PER_SECOND, () -> busy),
              Thread::startVirtualThread);
    }
  }

  /** Adds events, a thousand with each invoice, as fast as they are decided. */
  private void fill(int events) {
    for (int done = 0; done < events; done += LINES) {
      String invoice = "fill-" + ++filled;
      var _ =
          application
              .millrace()
              .send(
                  new AdjustStock(
                      invoice,
                      null,
                      "United Kingdom",
                      IntStream.rangeClosed(1, LINES).mapToObj(ConsoleShop::line).toList()),
                  invoice);
    }
  }

  private static Line line(int copy) {
    return new Line(
        copy,
        "FILLED",
        "found at stocktaking",
        BigDecimal.ONE,
        BigDecimal.ZERO,
        LocalDateTime.of(2026, 11, 23, 8, 0));
  }

  @Override
  public void close() {
    busy = false;
    traffic.join();
    control.stop(0);
    node.close();
    application.close();
  }
}
