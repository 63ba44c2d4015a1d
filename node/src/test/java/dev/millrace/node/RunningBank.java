package dev.millrace.node;

import dev.millrace.core.Millrace;
import dev.millrace.core.Tracing;
import dev.millrace.core.readmodel.JdbcReadModel;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bank on a log in a folder, behind a node, with a client. */
final class RunningBank implements AutoCloseable {
  static final NodeLimits LIMITS =
      NodeLimits.DEFAULT.times(
          Duration.ofSeconds(2), Duration.ofSeconds(20), Duration.ofMillis(100));

  private static final JsonMapper JSON = JsonMapper.builder().build();

  final Millrace millrace;
  final Node node;
  final JdbcReadModel readModel;
  final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger keys = new AtomicInteger();

  private RunningBank(Millrace millrace, JdbcReadModel readModel, NodeLimits limits) {
    this.millrace = millrace;
    this.readModel = readModel;
    this.node = Node.start(NodeOptions.onPort(0).within(limits), millrace);
  }

  static RunningBank open(Path folder) {
    return open(folder, LIMITS, Tracing.NONE);
  }

  static RunningBank open(Path folder, NodeLimits limits, Tracing tracing) {
    return over(EventStore.open("log:" + folder.resolve("log")), limits, tracing);
  }

  static RunningBank over(EventStore store, NodeLimits limits, Tracing tracing) {
    JdbcReadModel readModel =
        JdbcReadModel.open("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Millrace millrace =
        Millrace.builder()
            .host(Bank.context().projection(Bank.turnover(readModel)).build(), store)
            .tracing(tracing)
            .start();
    return new RunningBank(millrace, readModel, limits);
  }

  URI uri(String path) {
    return node.uri().resolve(path);
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
  }

  HttpResponse<String> get(String path, String... headers) {
    HttpRequest.Builder request = request(path);
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  JsonNode getJson(String path, String... headers) {
    HttpResponse<String> response = get(path, headers);
    if (response.statusCode() >= 300) {
      throw new AssertionError(path + ": " + response.statusCode() + " " + response.body());
    }
    return json(response);
  }

  HttpResponse<String> command(String command, String json) {
    return command(command, json, "key-" + keys.incrementAndGet());
  }

  HttpResponse<String> command(String command, String json, String key) {
    return send(
        request("/api/contexts/bank/commands/" + command)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  /** Deposits, and answers with the position token. */
  String deposit(String account, long cents) {
    HttpResponse<String> response =
        command("deposit", "{\"account\":\"" + account + "\",\"cents\":" + cents + "}");
    return response.headers().firstValue("Millrace-Position").orElseThrow();
  }

  HttpResponse<String> post(String path, String body, String... headers) {
    HttpRequest.Builder request = request(path).POST(HttpRequest.BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  static JsonNode json(HttpResponse<String> response) {
    return JSON.readTree(response.body());
  }

  @Override
  public void close() {
    client.shutdownNow();
    node.close();
    millrace.close();
    readModel.close();
  }
}
