package dev.millrace.cli;

import dev.millrace.core.store.Tenant;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks a node that runs, by its HTTP API. */
final class NodeClient {
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** A redrive answers when the key is level, which may take as long as its handlers. */
  private static final Duration ANSWER = Duration.ofMinutes(10);

  private static final int REFUSED = 400;
  private static final JsonMapper JSON = new JsonMapper();

  private final URI node;

  /** An answer, as text and as it was read. */
  record Answer(String text, JsonNode json) {}

  /**
   * Makes a client.
   *
   * @throws UsageException when this is no address
   */
  NodeClient(String url) {
    URI parsed;
    try {
      parsed = URI.create(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
    } catch (IllegalArgumentException e) {
      throw new UsageException("--url: '" + url + "' is no address, as http://127.0.0.1:8080 is");
    }
    if (parsed.getHost() == null || !String.valueOf(parsed.getScheme()).startsWith("http")) {
      throw new UsageException("--url: '" + url + "' is no address, as http://127.0.0.1:8080 is");
    }
    this.node = parsed;
  }

  /** A segment of a path, or a value in a query, as it must be written. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Answer get(String path) throws IOException {
    return send(request(path).GET().build());
  }

  Answer post(String path, String body, String actor) throws IOException {
    return post(path, body, actor, Tenant.DEFAULT.name());
  }

  /** The same for a tenant's data. */
  Answer post(String path, String body, String actor, String tenant) throws IOException {
    return send(
        request(path)
            .header("Millrace-Actor", actor)
            .header("Millrace-Tenant", tenant)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(node + path)).timeout(ANSWER);
  }

  private Answer send(HttpRequest request) throws IOException {
    HttpResponse<String> response;
    try (HttpClient client = HttpClient.newBuilder().connectTimeout(CONNECT).build()) {
      response = client.send(request, BodyHandlers.ofString());
    } catch (ConnectException e) {
      throw new FailureException(
          "no node answers at " + node + "; is it running? --url says where it is", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailureException("interrupted while " + node + " was asked", e);
    }
    JsonNode json;
    try {
      json = JSON.readTree(response.body());
    } catch (JacksonException e) {
      throw new FailureException(
          node + " answered with " + response.statusCode() + " and no JSON; is it a node?", e);
    }
    if (response.statusCode() >= REFUSED) {
      String detail = json.path("detail").asString("");
      throw new FailureException(detail.isEmpty() ? json.path("title").asString("") : detail);
    }
    return new Answer(response.body(), json);
  }
}
