package dev.millrace.node.http;

import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Method;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerResponse;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Registers the handlers of the API, and remembers which there are. */
public final class Routes {
  /** The answer is true now only. */
  public static final Header NOT_KEPT =
      HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

  private final HttpRules rules;
  private final List<String> known = new ArrayList<>();

  public Routes(HttpRules rules) {
    this.rules = rules;
  }

  /** Answers GET. */
  public Routes get(String path, Handler handler) {
    return route(Method.GET, path, handler);
  }

  /** Answers POST. */
  public Routes post(String path, Handler handler) {
    return route(Method.POST, path, handler);
  }

  /** Answers PUT. */
  public Routes put(String path, Handler handler) {
    return route(Method.PUT, path, handler);
  }

  /** Answers GET with a part of a page: it is none of the API's, and not remembered. */
  public Routes page(String path, Handler handler) {
    rules.route(Method.GET, path, handler);
    return this;
  }

  private Routes route(Method method, String path, Handler handler) {
    rules.route(method, path, handler);
    known.add(method.text() + " " + path.replace("{+", "{"));
    return this;
  }

  /** All of them, as {@code METHOD /path}. */
  public List<String> known() {
    return Collections.unmodifiableList(known);
  }

  /** Sends JSON that is true now only. */
  public static void json(ServerResponse response, Json.Content content) {
    response.header(NOT_KEPT);
    sendJson(response, Json.bytes(content));
  }

  /** Sends JSON; the caller has said how long it holds. */
  public static void sendJson(ServerResponse response, byte[] json) {
    response.header(HeaderNames.CONTENT_TYPE, "application/json");
    response.send(json);
  }
}
