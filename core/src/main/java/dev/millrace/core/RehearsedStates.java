package dev.millrace.core;

import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The states of all views that a version's deciders read, folded while a history is gone through.
 * Each view keeps a number of states; those that were not used for longest go first, and are read
 * again from the store when they are asked for.
 */
final class RehearsedStates {
  private static final int PAGE = 1_000;

  private final Context context;
  private final EventStore store;
  private final int most;
  private final Map<View<?, ?>, Kept> views = new HashMap<>();
  private final Map<String, List<Kept>> byType = new HashMap<>();
  private long readAgain;

  private record Key(Tenant tenant, TagValue tag) {}

  /** Stands for a state that could not be folded. */
  private record Broken(String why) {}

  /** The states of a view. */
  private static final class Kept {
    final ViewReader reader;
    final LinkedHashMap<Key, Object> states;

    /** Once a state has gone, one that is not here is not known to be the initial one. */
    boolean someWent;

    Kept(ViewReader reader, int most) {
      this.reader = reader;
      this.states =
          new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Key, Object> eldest) {
              boolean goes = size() > most;
              someWent |= goes;
              return goes;
            }
          };
    }
  }

  RehearsedStates(Context context, EventStore store, int most) {
    this.context = context;
    this.store = store;
    this.most = most;
    for (Decider decider : context.deciders()) {
      decider.readings().forEach(reading -> add(reading.view()));
    }
  }

  private void add(View<?, ?> view) {
    if (views.containsKey(view)) {
      return;
    }
    Kept kept = new Kept(ViewReader.of(view, context.catalog()), most);
    views.put(view, kept);
    for (String type : kept.reader.types()) {
      byType.computeIfAbsent(type, first -> new ArrayList<>()).add(kept);
    }
  }

  ViewReader reader(View<?, ?> view) {
    return kept(view).reader;
  }

  private Kept kept(View<?, ?> view) {
    Kept kept = views.get(view);
    if (kept == null) {
      throw new IllegalStateException("a view that no decider reads was asked for");
    }
    return kept;
  }

  /** How many states were read again from the store. */
  long readAgain() {
    return readAgain;
  }

  /**
   * The state before a position, up to which every event has been folded.
   *
   * @throws MillraceException when an event in it cannot be read or folded
   */
  Object state(View<?, ?> view, Tenant tenant, TagValue tag, long position) {
    Kept kept = kept(view);
    Key key = new Key(tenant, tag);
    Object state = kept.states.get(key);
    if (state == null) {
      state = kept.someWent ? fromStore(kept, key, position) : kept.reader.initial();
      kept.states.put(key, state);
    }
    if (state instanceof Broken broken) {
      throw new MillraceException(broken.why());
    }
    return state;
  }

  private Object fromStore(Kept kept, Key key, long position) {
    readAgain++;
    Query query = new Query(key.tenant(), List.of(kept.reader.criterion(key.tag())));
    Object state = kept.reader.initial();
    long next = 1;
    while (next < position) {
      EventPage page = store.read(query, next, Direction.FORWARD, PAGE);
      for (RecordedEvent stored : page.events()) {
        if (stored.position() < position) {
          state = evolve(kept, key, state, RehearsedEvent.read(stored, context));
        }
      }
      if (page.examined() < next) {
        break;
      }
      next = page.examined() + 1;
    }
    return state;
  }

  /** Takes the next event of the history. */
  void fold(RehearsedEvent event) {
    List<Kept> touched = byType.getOrDefault(event.stored().type(), List.of());
    for (Kept kept : touched) {
      String name = kept.reader.view().key().name();
      for (TagValue tag : event.stored().tags()) {
        if (tag.name().equals(name)) {
          fold(kept, new Key(event.stored().tenant(), tag), event);
        }
      }
    }
  }

  private static void fold(Kept kept, Key key, RehearsedEvent event) {
    Object state = kept.states.get(key);
    if (state == null && kept.someWent) {
      return; // read from the store if it is asked for
    }
    Object before = state == null ? kept.reader.initial() : state;
    kept.states.put(key, evolve(kept, key, before, event));
  }

  private static Object evolve(Kept kept, Key key, Object state, RehearsedEvent event) {
    Object read = event.event();
    if (state instanceof Broken) {
      return state;
    }
    if (read == null) {
      return new Broken(event.problem());
    }
    try {
      return kept.reader.evolve(state, read);
    } catch (RuntimeException e) {
      return new Broken(
          "the state of "
              + key.tag()
              + " cannot be folded over event "
              + event.stored().position()
              + " '"
              + event.stored().type()
              + "': "
              + e);
    }
  }
}
