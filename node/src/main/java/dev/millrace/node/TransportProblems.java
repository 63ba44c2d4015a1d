package dev.millrace.node;

import dev.millrace.node.http.Problem;
import io.helidon.http.DirectHandler;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.DirectHandlers;
import org.jspecify.annotations.Nullable;

/** What the server itself refuses, before or beside our handlers, as problem documents. */
final class TransportProblems {
  private TransportProblems() {}

  static DirectHandlers handlers(NodeLimits limits) {
    DirectHandlers.Builder handlers = DirectHandlers.builder();
    for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
      handlers.addHandler(
          type,
          (request, event, status, headers, message) -> {
            String detail =
                status.code() == 413
                    ? "a body has at most " + limits.bodyBytes() + " bytes"
                    : message;
            return DirectHandler.TransportResponse.builder()
                .status(status)
                .headers(headers)
                .header(HeaderNames.CONTENT_TYPE, Problem.MEDIA_TYPE)
                .keepAlive(event.keepAlive())
                .entity(of(status.code(), detail).toJson())
                .build();
          });
    }
    return handlers.build();
  }

  static Problem of(int status, @Nullable String message) {
    String detail = message == null || message.isBlank() ? "the server refused it" : message;
    return switch (status) {
      case 413 -> Problem.of(413, "body-too-large", "The body is too large", detail);
      case 404 -> Problem.notFound(detail);
      case 501, 505 -> Problem.of(status, "not-supported", "The server does not do this", detail);
      case 408 -> Problem.of(408, "too-slow", "The request came too slowly", detail);
      default ->
          status < 500
              ? Problem.of(status, "bad-request", "The request is not valid", detail)
              : Problem.of(status, "internal", "The node has a fault", detail);
    };
  }
}
