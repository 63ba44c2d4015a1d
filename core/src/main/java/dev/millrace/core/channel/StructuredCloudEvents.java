package dev.millrace.core.channel;

import dev.millrace.core.store.Bytes;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Messages as one JSON document: CloudEvents' JSON format, version 1.0, which every broker's
 * structured mode shares. Limits on what is read: see the constants.
 */
public final class StructuredCloudEvents {
  /** The content type of a document. */
  public static final String CONTENT_TYPE = "application/cloudevents+json";

  /** The version of CloudEvents. */
  public static final String VERSION = "1.0";

  private static final int MAX_DEPTH = 100;
  private static final int MAX_STRING = 32 << 20;
  private static final int MAX_NAME = 1_000;
  private static final int MAX_NUMBER = 200;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_STRING)
                          .maxNameLength(MAX_NAME)
                          .maxNumberLength(MAX_NUMBER)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .build();

  private StructuredCloudEvents() {}

  /** Whether a content type is that of a document. */
  public static boolean isDocument(@Nullable String contentType) {
    return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith(CONTENT_TYPE);
  }

  /** Whether data of a content type is JSON. */
  public static boolean isJson(@Nullable String contentType) {
    if (contentType == null) {
      return true;
    }
    String bare = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return bare.endsWith("/json") || bare.endsWith("+json");
  }

  /** Writes a document. Data that is said to be JSON, and is not, is written as bytes. */
  public static Bytes write(Message message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.createGenerator(out)) {
      json.writeStartObject();
      json.writeStringProperty("specversion", VERSION);
      message.attributes().forEach(json::writeStringProperty);
      if (message.data().length() > 0) {
        JsonNode data = isJson(message.contentType()) ? parsed(message.data()) : null;
        if (data == null) {
          json.writeStringProperty(
              "data_base64", Base64.getEncoder().encodeToString(message.data().toArray()));
        } else {
          json.writeName("data");
          MAPPER.writeTree(json, data);
        }
      }
      json.writeEndObject();
    }
    return Bytes.wrap(out.toByteArray());
  }

  private static @Nullable JsonNode parsed(Bytes data) {
    try {
      JsonNode node = MAPPER.readTree(data.toArray());
      return node.isMissingNode() ? null : node;
    } catch (JacksonException notJson) {
      return null;
    }
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException when it is none, or lacks an attribute that must be there
   */
  public static Message read(Bytes document) {
    JsonNode root = parsed(document);
    if (root == null || !root.isObject()) {
      throw new IllegalArgumentException("this is no JSON object");
    }
    if (!VERSION.equals(root.path("specversion").asString(""))) {
      throw new IllegalArgumentException("this is no CloudEvent of specversion " + VERSION);
    }
    TreeMap<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : root.properties()) {
      JsonNode value = entry.getValue();
      switch (entry.getKey()) {
        case "specversion", "data", "data_base64" -> {}
        default -> {
          if (value.isContainer()) {
            throw new IllegalArgumentException(
                "attribute '" + entry.getKey() + "' is neither text nor number");
          }
          if (!value.isNull()) {
            attributes.put(entry.getKey(), value.asString());
          }
        }
      }
    }
    return Message.of(attributes, data(root, attributes.get("datacontenttype")));
  }

  private static Bytes data(JsonNode root, @Nullable String contentType) {
    JsonNode binary = root.get("data_base64");
    if (binary != null) {
      return Bytes.wrap(Base64.getDecoder().decode(binary.asString()));
    }
    JsonNode data = root.get("data");
    if (data == null || data.isNull()) {
      return Bytes.EMPTY;
    }
    return data.isString() && !isJson(contentType)
        ? Bytes.utf8(data.asString())
        : Bytes.wrap(MAPPER.writeValueAsBytes(data));
  }
}
