package dev.millrace.node.event;

import dev.millrace.core.Effects;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.node.http.Problem;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonGenerator;

/**
 * One event with what led to it and what followed: the command of its append, the event that caused
 * that, the others of the append, and the events with which reactions answered it.
 */
final class EventStory {
  static final int MAX_EFFECTS = 200;

  private final Millrace millrace;
  private final String context;
  private final EventStore store;
  private final RecordedEvent event;

  /** An event of whichever context. */
  private record Elsewhere(String context, RecordedEvent event) {}

  /**
   * Finds the event.
   *
   * @param readable what the request may see
   */
  EventStory(Millrace millrace, String context, long position, Query readable) {
    this.millrace = millrace;
    this.context = context;
    this.store = millrace.store(context);
    this.event =
        at(store, readable, position)
            .orElseThrow(() ->
                Problem.notFound(
                        "there is no event at position " + position + " of '" + context + "'")
                    .exception());
  }

  private static Optional<RecordedEvent> at(EventStore store, Query readable, long position) {
    return store.read(readable, position, Direction.FORWARD, 1).events().stream()
        .filter(found -> found.position() == position)
        .findFirst();
  }

  /** The event that caused the command, when it was a reaction's, of whichever context. */
  private Optional<Elsewhere> cause() {
    String causation = event.metadata().causationId();
    if (causation == null || causation.indexOf('/') < 0) {
      return Optional.empty();
    }
    EventId id;
    try {
      id = EventId.parse(causation);
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a command's id that looks a little like an event's
    }
    return millrace.contexts().stream().flatMap(one -> event(one.name(), id).stream()).findFirst();
  }

  private Optional<Elsewhere> event(String context, EventId id) {
    EventStore store = millrace.store(context);
    return store
        .find(id.append())
        .flatMap(append ->
            at(store, Query.all().forTenant(event.tenant()), append.first() + id.ordinal()))
        .map(found -> new Elsewhere(context, found));
  }

  private List<RecordedEvent> together() {
    Optional<StoredAppend> append = store.find(event.id().append());
    if (append.isEmpty()) {
      return List.of();
    }
    int most = (int) Math.min(MAX_EFFECTS, append.get().last() - append.get().first() + 1);
    return store
        .read(Query.all().forTenant(event.tenant()), append.get().first(), Direction.FORWARD, most)
        .events()
        .stream()
        .filter(found -> found.position() <= append.get().last())
        .filter(found -> found.position() != event.position())
        .toList();
  }

  private RecordedEvent shown(String context, RecordedEvent event) {
    return millrace.context(context).shown(event);
  }

  void write(JsonGenerator json) {
    json.writeStartObject();
    json.writeStringProperty("context", context);
    EventJson.store(json, store.identity());
    json.writeName("event");
    EventJson.write(json, shown(context, event));
    store
        .find(event.id().append())
        .map(StoredAppend::command)
        .ifPresent(command -> {
          json.writeName("command");
          EventJson.command(json, millrace.context(context).shown(command, event.tenant()));
        });
    cause()
        .ifPresent(cause -> {
          json.writeName("cause");
          json.writeStartObject();
          json.writeStringProperty("context", cause.context());
          EventJson.members(json, shown(cause.context(), cause.event()));
          json.writeEndObject();
        });
    events(json, "together", together());
    effects(json, millrace.effects(context, event, MAX_EFFECTS));
    processors(json);
    json.writeEndObject();
  }

  private void events(JsonGenerator json, String name, List<RecordedEvent> events) {
    json.writeName(name);
    json.writeStartArray();
    events.forEach(each -> EventJson.write(json, shown(context, each)));
    json.writeEndArray();
  }

  private void effects(JsonGenerator json, Effects effects) {
    json.writeName("effects");
    json.writeStartArray();
    for (Effects.Effect effect : effects.events()) {
      json.writeStartObject();
      json.writeStringProperty("context", effect.context());
      json.writeStringProperty("reaction", effect.reaction());
      EventJson.members(json, shown(effect.context(), effect.event()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeBooleanProperty("effectsComplete", effects.complete());
  }

  /** Which processors have passed it; whether one had something to do with it, only it knows. */
  private void processors(JsonGenerator json) {
    json.writeName("processors");
    json.writeStartArray();
    for (ProcessorStatus processor : millrace.processors()) {
      if (processor.context().equals(context)) {
        json.writeStartObject();
        json.writeStringProperty("name", processor.name());
        json.writeBooleanProperty("passed", processor.position() >= event.position());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }
}
