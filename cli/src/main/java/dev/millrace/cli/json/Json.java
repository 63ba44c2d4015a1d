package dev.millrace.cli.json;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * Writes maps, lists and plain values. Only Jackson's streaming part is used: binding would cost a
 * short command more than all else that it does.
 */
public final class Json {
  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();

  private Json() {}

  /** What writes into a generator. */
  @FunctionalInterface
  public interface Content {
    /** Writes one value. */
    void writeTo(JsonGenerator generator);
  }

  /** One line of JSON, without its end. */
  public static String line(Map<String, ? extends @Nullable Object> object) {
    return line(generator -> write(generator, object));
  }

  /** One line of JSON, without its end. */
  public static String line(Content content) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      content.writeTo(generator);
    }
    return text.toString();
  }

  static JsonFactory factory() {
    return FACTORY;
  }

  /** Writes a value: a map, a list, a number, a boolean, null, or the text of anything else. */
  public static void write(JsonGenerator generator, @Nullable Object value) {
    switch (value) {
      case null -> generator.writeNull();
      case Map<?, ?> map -> {
        generator.writeStartObject();
        map.forEach((name, member) -> {
          generator.writeName(String.valueOf(name));
          write(generator, member);
        });
        generator.writeEndObject();
      }
      case Iterable<?> list when !(value instanceof java.nio.file.Path) -> {
        generator.writeStartArray();
        list.forEach(element -> write(generator, element));
        generator.writeEndArray();
      }
      case Boolean truth -> generator.writeBoolean(truth);
      case Integer number -> generator.writeNumber(number);
      case Long number -> generator.writeNumber(number);
      case Double number -> writeDouble(generator, number);
      case BigDecimal number -> generator.writeNumber(number);
      default -> generator.writeString(value.toString());
    }
  }

  /** Three decimals are more than a measurement is worth; not-a-number is no JSON. */
  private static void writeDouble(JsonGenerator generator, double number) {
    if (Double.isFinite(number)) {
      generator.writeNumber(BigDecimal.valueOf(Math.round(number * 1000), 3).stripTrailingZeros());
    } else {
      generator.writeNull();
    }
  }
}
