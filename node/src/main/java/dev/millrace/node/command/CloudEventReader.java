package dev.millrace.node.command;

import dev.millrace.core.CommandEnvelope;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Tenant;
import dev.millrace.node.http.Json;
import dev.millrace.node.http.Problem;
import dev.millrace.node.http.ProblemException;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Reads CloudEvents 1.0 by its HTTP binding: structured, binary or a batch. An event's type names
 * the command, its data is the command, and source and id together are the idempotency key, as the
 * specification makes them unique together.
 */
final class CloudEventReader {
  /** Most events of a batch. */
  static final int MAX_BATCH = 1_000;

  private static final String STRUCTURED = "application/cloudevents";
  private static final String BATCH = "application/cloudevents-batch";
  private static final String PREFIX = "ce-";
  private static final String TRACEPARENT = "traceparent";

  private final ServerRequestHeaders headers;
  private final Bytes body;
  private final Tenant tenant;
  private final String contentType;

  /** A command that came as a CloudEvent. */
  record Incoming(String type, Bytes data, CommandEnvelope envelope) {}

  CloudEventReader(ServerRequestHeaders headers, Bytes body, Tenant tenant) {
    this.headers = headers;
    this.body = body;
    this.tenant = tenant;
    this.contentType = headers.first(HeaderNames.CONTENT_TYPE).orElse("").toLowerCase(Locale.ROOT);
  }

  boolean isBatch() {
    return contentType.startsWith(BATCH);
  }

  List<Incoming> read() {
    if (!contentType.startsWith(STRUCTURED)) {
      return List.of(binary());
    }
    if (!mediaType(contentType).endsWith("+json")) {
      throw Problem.of(
              415,
              "unsupported-format",
              "The event format is not understood",
              "CloudEvents are understood as JSON, not as " + contentType)
          .exception();
    }
    try (JsonParser parser = Json.parser(body)) {
      parser.nextToken();
      List<Incoming> events = isBatch() ? batch(parser) : List.of(structured(parser));
      if (parser.nextToken() != null) {
        throw Problem.badRequest("there is more after the event's JSON").exception();
      }
      return events;
    } catch (JacksonException e) {
      throw Problem.badRequest("the body is not JSON: " + e.getOriginalMessage()).exception();
    }
  }

  private List<Incoming> batch(JsonParser parser) {
    List<Incoming> events = new ArrayList<>();
    if (parser.currentToken() == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY && events.size() <= MAX_BATCH) {
        events.add(structured(parser));
      }
    }
    if (parser.currentToken() != JsonToken.END_ARRAY) {
      throw Problem.badRequest("a batch is an array of at most " + MAX_BATCH + " events")
          .exception();
    }
    return events;
  }

  private static String mediaType(String contentType) {
    return contentType.split(";", 2)[0].strip();
  }

  /** The data is taken as it is written, down to the digits of its numbers. */
  private Incoming structured(JsonParser parser) {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw Problem.badRequest("a CloudEvent is a JSON object").exception();
    }
    Map<String, String> attributes = new HashMap<>();
    Bytes data = Bytes.utf8("{}");
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      JsonToken value = parser.nextToken();
      if (name.equals("data")) {
        data = Json.copy(parser);
      } else if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
        attributes.put(name, parser.getString());
      } else {
        parser.skipChildren();
      }
    }
    String base64 = attributes.get("data_base64");
    return incoming(attributes, base64 == null ? data : decoded(base64));
  }

  private static Bytes decoded(String base64) {
    try {
      return Bytes.wrap(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw Problem.badRequest("data_base64 is not base 64").exception();
    }
  }

  private Incoming binary() {
    Map<String, String> attributes = new HashMap<>();
    for (Header header : headers) {
      String name = header.headerName().lowerCase();
      if (name.startsWith(PREFIX)) {
        attributes.put(name.substring(PREFIX.length()), unescaped(header.values()));
      }
    }
    if (!contentType.isEmpty()) {
      attributes.put("datacontenttype", contentType);
    }
    headers
        .first(HeaderNames.create(TRACEPARENT))
        .ifPresent(trace -> attributes.putIfAbsent(TRACEPARENT, trace));
    return incoming(attributes, body);
  }

  /**
   * Header values carry what is not plain ASCII in percent-encoded UTF-8; a plus is a plus. Not all
   * senders encode the percent sign itself: what cannot be decoded is taken as it came.
   */
  private static String unescaped(String value) {
    if (value.indexOf('%') < 0) {
      return value;
    }
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return value;
    }
  }

  private Incoming incoming(Map<String, String> attributes, Bytes data) {
    if (!"1.0".equals(required(attributes, "specversion"))) {
      throw Problem.badRequest("CloudEvents are understood in specversion 1.0").exception();
    }
    checkIsJson(attributes.get("datacontenttype"));
    String id = required(attributes, "source") + " " + required(attributes, "id");
    if (id.length() > CommandRecord.MAX_ID_LENGTH) {
      throw Problem.badRequest(
              "source and id have at most "
                  + (CommandRecord.MAX_ID_LENGTH - 1)
                  + " characters together")
          .exception();
    }
    CommandEnvelope envelope =
        CommandEnvelope.of(id).forTenant(tenant).tracedBy(attributes.get(TRACEPARENT));
    return new Incoming(required(attributes, "type"), data, envelope);
  }

  private static void checkIsJson(@Nullable String contentType) {
    if (contentType == null) {
      return;
    }
    String type = mediaType(contentType);
    if (!type.equals("application/json") && !type.endsWith("+json")) {
      throw Problem.of(
              415,
              "unsupported-format",
              "The data's format is not understood",
              "a command is JSON, not " + contentType)
          .exception();
    }
  }

  private static String required(Map<String, String> attributes, String name) {
    String value = attributes.get(name);
    if (value == null || value.isBlank()) {
      throw missing(name);
    }
    return value;
  }

  private static ProblemException missing(String name) {
    return Problem.badRequest("a CloudEvent needs the attribute '" + name + "'").exception();
  }
}
