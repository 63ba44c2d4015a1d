package dev.millrace.node.event;

import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.node.http.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * One event with what led to it and what followed: the command of its append, the event that caused
 * that, the others of the append, and the events that its own consequences are, as far as they
 * stand within {@value #EFFECTS_WITHIN} events after it. There is no index by cause: further ones
 * are looked for from where this ended.
 */
final class EventStory {
  static final int EFFECTS_WITHIN = 20_000;
  static final int MAX_EFFECTS = 200;

  private final Millrace millrace;
  private final String context;
  private final EventStore store;
  private final RecordedEvent event;
  private final long effectsAfter;
  private final List<RecordedEvent> effects = new ArrayList<>();
  private long examined;

  EventStory(Millrace millrace, String context, long position, long effectsAfter) {
    this.millrace = millrace;
    this.context = context;
    this.store = millrace.store(context);
    this.event =
        at(position)
            .orElseThrow(() ->
                Problem.notFound(
                        "there is no event at position " + position + " of '" + context + "'")
                    .exception());
    this.effectsAfter = Math.max(position, effectsAfter);
  }

  private Optional<RecordedEvent> at(long position) {
    return store.read(Query.all().acrossTenants(), position, Direction.FORWARD, 1).events().stream()
        .filter(found -> found.position() == position)
        .findFirst();
  }

  /** The event that caused the command, when it was a reaction's. */
  private @Nullable RecordedEvent cause() {
    String causation = event.metadata().causationId();
    if (causation == null || causation.indexOf('/') < 0) {
      return null;
    }
    try {
      EventId id = EventId.parse(causation);
      return store
          .find(id.append())
          .flatMap(append -> at(append.first() + id.ordinal()))
          .orElse(null);
    } catch (IllegalArgumentException e) {
      return null; // a command's id that looks a little like an event's
    }
  }

  private void findEffects() {
    Query later = Query.all().forTenant(event.tenant());
    String cause = event.id().toString();
    examined = effectsAfter;
    int left = EFFECTS_WITHIN;
    while (left > 0 && effects.size() < MAX_EFFECTS && examined < store.head()) {
      EventPage page = store.read(later, examined + 1, Direction.FORWARD, Math.min(left, 1_000));
      if (page.events().isEmpty()) {
        examined = Math.max(examined, page.examined());
        return;
      }
      for (RecordedEvent candidate : page.events()) {
        examined = candidate.position();
        left--;
        if (cause.equals(candidate.metadata().causationId())) {
          effects.add(candidate);
        }
        if (effects.size() >= MAX_EFFECTS) {
          return;
        }
      }
    }
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

  void write(JsonGenerator json) {
    findEffects();
    json.writeStartObject();
    json.writeStringProperty("context", context);
    EventJson.store(json, store.identity());
    json.writeName("event");
    EventJson.write(json, event);
    store
        .find(event.id().append())
        .map(StoredAppend::command)
        .ifPresent(command -> {
          json.writeName("command");
          EventJson.command(json, command);
        });
    RecordedEvent cause = cause();
    if (cause != null) {
      json.writeName("cause");
      EventJson.write(json, cause);
    }
    events(json, "together", together());
    events(json, "effects", effects);
    json.writeNumberProperty("effectsExamined", examined);
    json.writeBooleanProperty("effectsComplete", examined >= store.head());
    processors(json);
    json.writeEndObject();
  }

  private static void events(JsonGenerator json, String name, List<RecordedEvent> events) {
    json.writeName(name);
    json.writeStartArray();
    events.forEach(each -> EventJson.write(json, each));
    json.writeEndArray();
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
