package dev.millrace.core;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads {@link EntityHistory}: folds all views that are keyed by a tag over the events with it.
 * From the first event each time: a history is looked at by people, and caching every state of it
 * would cost more than that.
 */
final class EntityReader {
  private static final int PAGE = 1_000;

  private final Context context;
  private final EventStore store;
  private final Query query;
  private final long after;
  private final int limit;
  private final Map<String, ViewReader> readers = new TreeMap<>();
  private final Map<String, Object> states = new TreeMap<>();
  private final List<EntityHistory.Step> steps = new ArrayList<>();
  private Map<String, Object> before = Map.of();

  EntityReader(
      Context context, EventStore store, Tenant tenant, TagValue tag, long after, int limit) {
    this.context = context;
    this.store = store;
    this.query = Query.tags(tag).forTenant(tenant);
    this.after = after;
    this.limit = limit;
    context
        .views()
        .forEach((name, view) -> {
          if (view.key().name().equals(tag.name())) {
            ViewReader reader = ViewReader.of(view, context.catalog());
            readers.put(name, reader);
            states.put(name, reader.initial());
          }
        });
  }

  /** Reads up to the head. */
  EntityHistory read() {
    before = Map.copyOf(states);
    long head = store.head();
    long next = 1;
    while (next <= head) {
      EventPage page = store.read(query, next, Direction.FORWARD, PAGE);
      for (RecordedEvent event : page.events()) {
        if (steps.size() == limit) {
          long last = steps.get(steps.size() - 1).event().position();
          return new EntityHistory(before, List.copyOf(steps), last, true);
        }
        fold(event);
      }
      if (page.examined() < next) {
        break;
      }
      next = page.examined() + 1;
    }
    return new EntityHistory(before, List.copyOf(steps), Math.max(after, next - 1), false);
  }

  private void fold(RecordedEvent stored) {
    Map<String, Object> changed = new TreeMap<>();
    Object event = null;
    for (Map.Entry<String, ViewReader> one : readers.entrySet()) {
      ViewReader reader = one.getValue();
      if (reader.handles(stored.type())) {
        event = event == null ? context.readEvent(stored) : event;
        changed.put(one.getKey(), reader.evolve(stateOf(one.getKey(), reader), event));
      }
    }
    states.putAll(changed);
    if (stored.position() > after) {
      steps.add(new EntityHistory.Step(stored, changed));
    } else {
      before = Map.copyOf(states);
    }
  }

  private Object stateOf(String view, ViewReader reader) {
    return states.getOrDefault(view, reader.initial());
  }
}
