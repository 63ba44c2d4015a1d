package dev.millrace.node.event;

import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.TagValue;
import dev.millrace.node.http.Json;
import tools.jackson.core.JsonGenerator;

/** What is recorded, as JSON. */
public final class EventJson {
  private EventJson() {}

  /** An event, with the members that the command line's output has too. */
  public static void write(JsonGenerator json, RecordedEvent event) {
    json.writeStartObject();
    members(json, event);
    json.writeEndObject();
  }

  static void members(JsonGenerator json, RecordedEvent event) {
    json.writeNumberProperty("position", event.position());
    json.writeStringProperty("id", event.id().toString());
    json.writeStringProperty("type", event.type());
    json.writeNumberProperty("schemaVersion", event.schemaVersion());
    json.writeStringProperty("time", event.time().toString());
    json.writeStringProperty("tenant", event.tenant().name());
    json.writeName("tags");
    json.writeStartArray();
    for (TagValue tag : event.tags()) {
      json.writeString(tag.toString());
    }
    json.writeEndArray();
    Json.data(json, "data", event.data());
    metadata(json, event.metadata());
  }

  private static void metadata(JsonGenerator json, Metadata metadata) {
    json.writeName("metadata");
    json.writeStartObject();
    Json.text(json, "correlationId", metadata.correlationId());
    Json.text(json, "causationId", metadata.causationId());
    Json.text(json, "traceparent", metadata.traceparent());
    Json.text(json, "actor", metadata.actor());
    json.writeEndObject();
  }

  static void command(JsonGenerator json, CommandRecord command) {
    json.writeStartObject();
    json.writeStringProperty("id", command.id());
    json.writeStringProperty("type", command.type());
    if (command.payload() != null) {
      Json.data(json, "payload", command.payload());
    }
    json.writeEndObject();
  }

  /** A store's identity. */
  public static void store(JsonGenerator json, StoreIdentity store) {
    json.writeName("store");
    json.writeStartObject();
    json.writeStringProperty("id", store.id().toString());
    json.writeNumberProperty("epoch", store.epoch());
    json.writeEndObject();
  }
}
