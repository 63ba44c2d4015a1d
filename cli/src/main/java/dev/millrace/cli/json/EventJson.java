package dev.millrace.cli.json;

import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import java.io.StringWriter;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** A recorded event as JSON. Data that is not JSON is shown in base 64, under another name. */
public final class EventJson {
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");

  private static final Separators SEPARATORS =
      Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER);

  private EventJson() {}

  /** One line with everything that is recorded of an event. */
  public static String line(RecordedEvent event) {
    return Json.line(generator -> {
      generator.writeStartObject();
      generator.writeNumberProperty("position", event.position());
      generator.writeStringProperty("id", event.id().toString());
      generator.writeStringProperty("type", event.type());
      generator.writeNumberProperty("schemaVersion", event.schemaVersion());
      generator.writeStringProperty("time", event.time().toString());
      generator.writeStringProperty("tenant", event.tenant().name());
      generator.writeName("tags");
      Json.write(generator, event.tags());
      writeData(generator, event.data());
      writeMetadata(generator, event.metadata());
      generator.writeEndObject();
    });
  }

  private static void writeData(JsonGenerator generator, Bytes data) {
    String json = compact(data);
    if (json == null) {
      generator.writeStringProperty("dataBase64", base64(data));
    } else {
      generator.writeName("data");
      generator.writeRawValue(json);
    }
  }

  private static void writeMetadata(JsonGenerator generator, Metadata metadata) {
    generator.writeName("metadata");
    generator.writeStartObject();
    writeText(generator, "correlationId", metadata.correlationId());
    writeText(generator, "causationId", metadata.causationId());
    writeText(generator, "traceparent", metadata.traceparent());
    writeText(generator, "actor", metadata.actor());
    generator.writeEndObject();
  }

  private static void writeText(JsonGenerator generator, String name, @Nullable String text) {
    if (text != null) {
      generator.writeStringProperty(name, text);
    }
  }

  /** The data on one line. */
  public static String oneLine(Bytes data) {
    String json = compact(data);
    return json == null ? "base64:" + base64(data) : json;
  }

  /** The data on several lines, indented. */
  public static String pretty(Bytes data) {
    DefaultPrettyPrinter printer = new DefaultPrettyPrinter(SEPARATORS);
    printer.indentObjectsWith(INDENT);
    printer.indentArraysWith(INDENT);
    ObjectWriteContext indented =
        new ObjectWriteContext.Base() {
          @Override
          public PrettyPrinter getPrettyPrinter() {
            return printer;
          }
        };
    String json = copy(data, indented);
    return json == null ? "base64:" + base64(data) : json;
  }

  /**
   * The data as it is, if it is JSON that {@link #copy} gives back byte by byte, and not null; else
   * null.
   */
  public static @Nullable String exact(Bytes data) {
    String json = compact(data);
    return json == null || json.equals("null") || !Bytes.utf8(json).equals(data) ? null : json;
  }

  /** The value at which a parser stands, without spaces, numbers as they are; null for null. */
  public static @Nullable String copy(JsonParser parser) {
    StringWriter text = new StringWriter();
    try (JsonGenerator generator =
        Json.factory().createGenerator(ObjectWriteContext.empty(), text)) {
      generator.copyCurrentStructureExact(parser);
    }
    String json = text.toString();
    return json.equals("null") ? null : json;
  }

  private static @Nullable String compact(Bytes data) {
    return copy(data, ObjectWriteContext.empty());
  }

  /** Writes JSON again, numbers as they are; null when it is not JSON. */
  private static @Nullable String copy(Bytes data, ObjectWriteContext context) {
    StringWriter text = new StringWriter();
    try (JsonParser parser =
            Json.factory().createParser(ObjectReadContext.empty(), data.toArray());
        JsonGenerator generator = Json.factory().createGenerator(context, text)) {
      if (parser.nextToken() == null) {
        return null;
      }
      generator.copyCurrentStructureExact(parser);
      if (parser.nextToken() != null) {
        return null;
      }
    } catch (JacksonException e) {
      return null;
    }
    return text.toString();
  }

  private static String base64(Bytes data) {
    return Base64.getEncoder().encodeToString(data.toArray());
  }
}
