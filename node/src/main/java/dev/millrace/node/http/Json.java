package dev.millrace.node.http;

import dev.millrace.core.store.Bytes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.util.ByteArrayBuilder;
import tools.jackson.core.util.JsonRecyclerPools;
import tools.jackson.databind.json.JsonMapper;

/** Writes JSON by its streaming part, and reads it within bounds. */
public final class Json {
  /** Deepest nesting of a body. */
  public static final int MAX_DEPTH = 64;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .recyclerPool(JsonRecyclerPools.sharedConcurrentDequePool())
          .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(200)
                  .maxStringLength(8 << 20)
                  .build())
          .build();

  private static final JsonMapper MAPPER = JsonMapper.builder(FACTORY).build();

  private Json() {}

  /** What writes one value. */
  @FunctionalInterface
  public interface Content {
    /** Writes it. */
    void writeTo(JsonGenerator json);
  }

  /** For trees: the OpenAPI document, bodies of operations, batches of CloudEvents. */
  public static JsonMapper mapper() {
    return MAPPER;
  }

  /** The bytes of a value. */
  public static byte[] bytes(Content content) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      content.writeTo(json);
    }
    return bytes.toByteArray();
  }

  /** Writes data of the store: as it is when it is JSON, else in base 64 under another name. */
  public static void data(JsonGenerator json, String name, Bytes data) {
    byte[] copy = copy(data);
    if (copy.length == 0) {
      json.writeStringProperty(name + "Base64", Base64.getEncoder().encodeToString(data.toArray()));
    } else {
      json.writeName(name);
      json.writeRawValue(new String(copy, java.nio.charset.StandardCharsets.UTF_8));
    }
  }

  /** Reads a body step by step. */
  public static JsonParser parser(Bytes body) {
    return FACTORY.createParser(ObjectReadContext.empty(), body.toArray());
  }

  /** The value at which a parser is, as it is written, and moves the parser to its end. */
  public static Bytes copy(JsonParser parser) {
    ByteArrayBuilder bytes = new ByteArrayBuilder();
    try (JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      copyExact(parser, json);
    }
    return Bytes.wrap(bytes.toByteArray());
  }

  /** Numbers as their text: a few characters can say one that takes gigabytes when written out. */
  private static void copyExact(JsonParser from, JsonGenerator to) {
    int depth = 0;
    do {
      if (depth > 0) {
        from.nextToken();
      }
      switch (from.currentToken()) {
        case START_OBJECT, START_ARRAY -> depth++;
        case END_OBJECT, END_ARRAY -> depth--;
        case null, default -> {}
      }
      if (from.currentToken() != null && from.currentToken().isNumeric()) {
        to.writeNumber(from.getString());
      } else {
        to.copyCurrentEvent(from);
      }
    } while (depth > 0);
  }

  /** The data on one line, numbers as they are; empty when it is not JSON. */
  private static byte[] copy(Bytes data) {
    ByteArrayBuilder bytes = new ByteArrayBuilder(data.length() + 16);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), data.toArray());
        JsonGenerator json = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
      if (parser.nextToken() == null) {
        return new byte[0];
      }
      copyExact(parser, json);
      if (parser.nextToken() != null) {
        return new byte[0];
      }
    } catch (JacksonException e) {
      return new byte[0];
    }
    return bytes.toByteArray();
  }

  /** Writes a text member, if there is a text. */
  public static void text(JsonGenerator json, String name, @Nullable String text) {
    if (text != null) {
      json.writeStringProperty(name, text);
    }
  }

  /** Writes a plain value: a map, a list, a number, a boolean, null, or the text of others. */
  public static void value(JsonGenerator json, @Nullable Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Content content -> content.writeTo(json);
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach((name, member) -> {
          json.writeName(String.valueOf(name));
          value(json, member);
        });
        json.writeEndObject();
      }
      case Iterable<?> list -> {
        json.writeStartArray();
        list.forEach(element -> value(json, element));
        json.writeEndArray();
      }
      case Boolean truth -> json.writeBoolean(truth);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case BigDecimal number -> json.writeNumber(plain(number));
      case Double number -> writeDouble(json, number);
      default -> json.writeString(value.toString());
    }
  }

  /** Without the zeros that a column's type adds: 2.50 is 2.5, and 1E+2 is 100. */
  private static BigDecimal plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static void writeDouble(JsonGenerator json, double number) {
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeNull();
    }
  }
}
