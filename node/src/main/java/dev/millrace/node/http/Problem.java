package dev.millrace.node.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * A problem document (RFC 9457): what went wrong, for a program by its type, for a person by title
 * and detail.
 *
 * @param status HTTP status
 * @param type stable word, the end of the type URI
 * @param title what this type means
 * @param detail what happened this time, and what to do next
 * @param retryAfter when to try again; null: trying again does not help by itself
 * @param members further members of the document
 */
public record Problem(
    int status,
    String type,
    String title,
    String detail,
    @Nullable Duration retryAfter,
    Map<String, Json.Content> members) {
  /** Where types are described. */
  public static final String TYPES = "https://millrace.dev/problems/";

  /** The media type. */
  public static final String MEDIA_TYPE = "application/problem+json";

  /** A problem without further members. */
  public static Problem of(int status, String type, String title, String detail) {
    return new Problem(status, type, title, detail, null, Map.of());
  }

  /** The request is wrong, and will be wrong again. */
  public static Problem badRequest(String detail) {
    return of(400, "bad-request", "The request is not valid", detail);
  }

  /** There is no such thing. */
  public static Problem notFound(String detail) {
    return of(404, "not-found", "There is no such thing", detail);
  }

  /** It cannot be done as things stand. */
  public static Problem conflict(String detail) {
    return of(409, "conflict", "That cannot be done as things stand", detail);
  }

  /** The same with a member. */
  public Problem with(String name, Json.Content value) {
    Map<String, Json.Content> more = new LinkedHashMap<>(members);
    more.put(name, value);
    return new Problem(status, type, title, detail, retryAfter, more);
  }

  /** The same with the time after which to try again. */
  public Problem retryingAfter(Duration after) {
    return new Problem(status, type, title, detail, after, members);
  }

  /** As something to throw. */
  public ProblemException exception() {
    return new ProblemException(this);
  }

  /** The document. */
  public byte[] toJson() {
    return Json.bytes(this::write);
  }

  /** Writes the document as an object. */
  public void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("type", TYPES + type);
    json.writeStringProperty("title", title);
    json.writeNumberProperty("status", status);
    json.writeStringProperty("detail", detail);
    members.forEach((name, value) -> {
      json.writeName(name);
      value.writeTo(json);
    });
    json.writeEndObject();
  }

  /** Sends it. */
  public void send(ServerResponse response) {
    response.status(Status.create(status));
    response.header(HeaderNames.CONTENT_TYPE, MEDIA_TYPE);
    response.header(Routes.NOT_KEPT);
    Duration after = retryAfter;
    if (after != null) {
      response.header(HeaderNames.RETRY_AFTER, String.valueOf(Math.max(1, after.toSeconds())));
    }
    response.send(toJson());
  }
}
