package dev.millrace.cli.exchange;

import dev.millrace.cli.json.EventJson;
import dev.millrace.cli.json.Json;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** Writes recorded events as lines of CloudEvents; see {@link Attributes}. */
final class CloudEventWriter {
  private final String source;
  private final boolean inClear;

  /**
   * A writer for the events of a store.
   *
   * @param inClear whether it is given personal values in clear; its lines say so
   */
  CloudEventWriter(StoreIdentity store, boolean inClear) {
    this.source = "urn:uuid:" + store.id();
    this.inClear = inClear;
  }

  /**
   * One line, without its end.
   *
   * @param size how many events its append has
   * @param command what caused the append, on its first event; else null
   */
  String line(RecordedEvent event, int size, @Nullable CommandRecord command) {
    String json = EventJson.exact(event.data());
    return Json.line(generator -> {
      generator.writeStartObject();
      generator.writeStringProperty("specversion", Attributes.SPEC_VERSION);
      generator.writeStringProperty("id", event.id().toString());
      generator.writeStringProperty("source", source);
      generator.writeStringProperty("type", event.type());
      if (event.subject() != null) {
        generator.writeStringProperty("subject", String.valueOf(event.subject()));
      }
      generator.writeStringProperty("time", event.time().toString());
      generator.writeStringProperty(
          "datacontenttype", json == null ? "application/octet-stream" : "application/json");
      generator.writeStringProperty(Attributes.POSITION, Long.toString(event.position()));
      generator.writeStringProperty(Attributes.TENANT, event.tenant().name());
      generator.writeNumberProperty(Attributes.SCHEMA_VERSION, event.schemaVersion());
      if (!event.tags().isEmpty()) {
        generator.writeStringProperty(Attributes.TAGS, Attributes.tags(event.tags()));
      }
      generator.writeNumberProperty(Attributes.APPEND_SIZE, size);
      if (inClear) {
        generator.writeStringProperty(Attributes.PERSONAL, Attributes.IN_CLEAR);
      }
      write(generator, event.metadata());
      if (command != null) {
        write(generator, command);
      }
      if (json == null) {
        generator.writeStringProperty(Attributes.DATA_BASE64, base64(event.data()));
      } else {
        generator.writeName(Attributes.DATA);
        generator.writeRawValue(json);
      }
      generator.writeEndObject();
    });
  }

  private static void write(JsonGenerator generator, Metadata metadata) {
    text(generator, Attributes.CORRELATION, metadata.correlationId());
    text(generator, Attributes.CAUSATION, metadata.causationId());
    text(generator, Attributes.TRACEPARENT, metadata.traceparent());
    text(generator, Attributes.ACTOR, metadata.actor());
  }

  private static void write(JsonGenerator generator, CommandRecord command) {
    text(generator, Attributes.COMMAND_ID, command.id());
    text(generator, Attributes.COMMAND_TYPE, command.type());
    text(
        generator,
        Attributes.COMMAND_DIGEST,
        String.format(Locale.ROOT, "%016x", command.digest()));
    Bytes payload = command.payload();
    text(generator, Attributes.COMMAND_PAYLOAD, payload == null ? null : base64(payload));
  }

  private static void text(JsonGenerator generator, String name, @Nullable String text) {
    if (text != null) {
      generator.writeStringProperty(name, text);
    }
  }

  private static String base64(Bytes bytes) {
    return Base64.getEncoder().encodeToString(bytes.toArray());
  }
}
