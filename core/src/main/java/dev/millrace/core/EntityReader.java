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
import org.jspecify.annotations.Nullable;

/**
 * Reads {@link EntityHistory}: folds all views that are keyed by a tag over the events with it.
 * Each view begins with the newest of its states before the page that is known: from the page
 * before ({@link HistoryStates}), a snapshot, or the decisions' cache. Where none is, from the
 * first event: whoever goes through the pages folds each event once, and who jumps into the middle
 * of a long history of a view without snapshots waits for what is before.
 */
final class EntityReader {
  private static final int PAGE = 1_000;

  private final Context context;
  private final EventStore store;
  private final HistoryStates pages;
  private final Tenant tenant;
  private final TagValue tag;
  private final long after;
  private final int limit;
  private final Map<String, Folding> views = new TreeMap<>();
  private final List<EntityHistory.Step> steps = new ArrayList<>();

  /** A view on its way: its state, and up to where the events are in it. */
  private static final class Folding {
    final ViewReader reader;
    Object state;
    long position;

    Folding(ViewReader reader, Object state, long position) {
      this.reader = reader;
      this.state = state;
      this.position = position;
    }
  }

  EntityReader(
      Context context,
      EventStore store,
      StateReader states,
      HistoryStates pages,
      Tenant tenant,
      TagValue tag,
      long after,
      int limit) {
    this.context = context;
    this.store = store;
    this.pages = pages;
    this.tenant = tenant;
    this.tag = tag;
    this.after = after;
    this.limit = limit;
    Map.Entry<Long, Map<String, Object>> page = pages.upTo(tenant, tag, after);
    context
        .views()
        .forEach((name, view) -> {
          if (view.key().name().equals(tag.name())) {
            views.put(name, begin(name, states.reader(view), states, page));
          }
        });
  }

  private Folding begin(
      String name,
      ViewReader reader,
      StateReader states,
      Map.@Nullable Entry<Long, Map<String, Object>> page) {
    Folding folding = new Folding(reader, reader.initial(), 0);
    for (StateCache.Cached known : states.known(reader, tenant, tag)) {
      if (known.position() <= after && known.position() > folding.position) {
        folding = new Folding(reader, known.state(), known.position());
      }
    }
    Object state = page == null ? null : page.getValue().get(name);
    if (page != null && state != null && page.getKey() > folding.position) {
      folding = new Folding(reader, state, page.getKey());
    }
    return folding;
  }

  /** Reads up to the head. */
  EntityHistory read() {
    long head = store.head();
    long examined = after;
    for (Folding view : views.values()) {
      examined = Math.min(examined, view.position);
    }
    Query query = Query.tags(tag).forTenant(tenant);
    Map<String, Object> before = examined == after ? states() : Map.of();
    while (examined < head) {
      boolean isBefore = examined < after;
      int most = isBefore ? PAGE : Math.min(PAGE, limit - steps.size() + 1);
      EventPage page = store.read(query, examined + 1, Direction.FORWARD, most);
      for (RecordedEvent event : page.events()) {
        if (isBefore && event.position() > after) {
          before = states();
          isBefore = false;
        }
        if (steps.size() == limit) {
          long last = steps.get(steps.size() - 1).event().position();
          keep(last);
          return new EntityHistory(before, List.copyOf(steps), last, true);
        }
        fold(event);
      }
      if (page.examined() <= examined) {
        break;
      }
      examined = page.examined();
      if (isBefore && examined >= after) {
        before = states();
      }
    }
    keep(examined);
    return new EntityHistory(before, List.copyOf(steps), Math.max(after, examined), false);
  }

  /** For the page after this one. */
  private void keep(long examined) {
    if (!views.isEmpty() && views.values().stream().allMatch(view -> view.position <= examined)) {
      pages.put(tenant, tag, examined, states());
    }
  }

  private Map<String, Object> states() {
    Map<String, Object> states = new TreeMap<>();
    views.forEach((name, view) -> states.put(name, view.state));
    return Map.copyOf(states);
  }

  private void fold(RecordedEvent stored) {
    Map<String, Object> changed = new TreeMap<>();
    Object event = null;
    for (Map.Entry<String, Folding> one : views.entrySet()) {
      Folding view = one.getValue();
      if (view.position < stored.position() && view.reader.handles(stored.type())) {
        event = event == null ? context.readEvent(stored) : event;
        view.state = view.reader.evolve(view.state, event);
        changed.put(one.getKey(), view.state);
      }
    }
    if (stored.position() > after) {
      steps.add(new EntityHistory.Step(stored, changed));
    }
  }
}
