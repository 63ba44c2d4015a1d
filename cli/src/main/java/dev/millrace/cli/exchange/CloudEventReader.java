package dev.millrace.cli.exchange;

import dev.millrace.cli.json.EventJson;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads what {@link CloudEventWriter} writes. Attributes that it does not know are passed over, as
 * the specification asks.
 */
final class CloudEventReader {
  /** Data may be nested as deep as an event's own, and stands one level deeper in a line. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(StreamReadConstraints.DEFAULT_MAX_DEPTH + 1)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Map<String, String> texts = new HashMap<>();
  private @Nullable String json;

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException when it is no event of an export, saying why
   */
  ExchangedEvent read(String line) {
    texts.clear();
    json = null;
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), line)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("it is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        attribute(parser);
      }
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("there is more than one JSON object on it");
      }
    } catch (JacksonException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
    return event();
  }

  private void attribute(JsonParser parser) {
    String name = parser.currentName();
    JsonToken token = parser.nextToken();
    if (name.equals(Attributes.DATA)) {
      json = EventJson.copy(parser);
    } else if (token == JsonToken.START_OBJECT || token == JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("attribute '" + name + "' is neither text nor a number");
    } else if (token != JsonToken.VALUE_NULL) {
      texts.put(name, parser.getString());
    }
  }

  private ExchangedEvent event() {
    String version = required("specversion");
    if (!version.equals(Attributes.SPEC_VERSION)) {
      throw wrong("specversion", version, Attributes.SPEC_VERSION, null);
    }
    if (texts.containsKey(Attributes.PERSONAL)) {
      throw new IllegalArgumentException(
          "it has personal values in clear, which must not be stored so; import what was exported"
              + " without --keys");
    }
    EventId id = id(required("id"));
    NewEvent event =
        new NewEvent(required("type"), number(Attributes.SCHEMA_VERSION), tags(), data());
    Metadata metadata =
        new Metadata(
            texts.get(Attributes.CORRELATION),
            texts.get(Attributes.CAUSATION),
            texts.get(Attributes.TRACEPARENT),
            texts.get(Attributes.ACTOR));
    Tenant tenant = new Tenant(required(Attributes.TENANT));
    return new ExchangedEvent(
        id, number(Attributes.APPEND_SIZE), tenant, event, metadata, command());
  }

  private String required(String name) {
    String text = texts.get(name);
    if (text == null) {
      throw new IllegalArgumentException("attribute '" + name + "' is missing");
    }
    return text;
  }

  private static EventId id(String text) {
    try {
      return EventId.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong("id", text, "the append's UUID, a slash and the event's number", e);
    }
  }

  private int number(String name) {
    String text = required(name);
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw wrong(name, text, "a whole number", e);
    }
  }

  private List<TagValue> tags() {
    String text = texts.get(Attributes.TAGS);
    return text == null ? List.of() : Attributes.parseTags(text);
  }

  private Bytes data() {
    String base64 = texts.get(Attributes.DATA_BASE64);
    String value = json;
    if (base64 != null && value == null) {
      return bytes(Attributes.DATA_BASE64, base64);
    }
    if (base64 == null && value != null) {
      return Bytes.utf8(value);
    }
    throw new IllegalArgumentException("it must have one of 'data' and 'data_base64'");
  }

  private static Bytes bytes(String name, String base64) {
    try {
      return Bytes.wrap(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("attribute '" + name + "' is not base 64", e);
    }
  }

  private @Nullable CommandRecord command() {
    String id = texts.get(Attributes.COMMAND_ID);
    if (id == null) {
      return null;
    }
    String digest = required(Attributes.COMMAND_DIGEST);
    String payload = texts.get(Attributes.COMMAND_PAYLOAD);
    try {
      return new CommandRecord(
          id,
          required(Attributes.COMMAND_TYPE),
          Long.parseUnsignedLong(digest, 16),
          payload == null ? null : bytes(Attributes.COMMAND_PAYLOAD, payload));
    } catch (NumberFormatException e) {
      throw wrong(Attributes.COMMAND_DIGEST, digest, "16 hexadecimal digits", e);
    }
  }

  private static IllegalArgumentException wrong(
      String name, String text, String allowed, @Nullable Throwable cause) {
    return new IllegalArgumentException(
        "attribute '" + name + "' is '" + text + "'; it must be " + allowed, cause);
  }
}
