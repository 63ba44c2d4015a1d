package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotKey;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;

/** A {@link View}, resolved against the events of its context. */
final class ViewReader {
  private final View<?, ?> view;
  private final List<String> types;
  private final String fingerprint;
  private final boolean hasPersonal;

  private ViewReader(View<?, ?> view, List<String> types, String fingerprint) {
    this.view = view;
    this.types = types;
    this.fingerprint = fingerprint;
    this.hasPersonal = PersonalComponents.in(view.stateType());
  }

  /**
   * Resolves a view.
   *
   * @throws IllegalArgumentException when it handles no events, events of another context, or one
   *     type twice
   */
  static ViewReader of(View<?, ?> view, EventCatalog catalog) {
    Set<String> types = new TreeSet<>();
    for (View.Handling handling : view.handlings()) {
      for (String name : catalog.namesOf(handling.type())) {
        if (!types.add(name)) {
          throw new IllegalArgumentException(
              "a view keyed by '" + view.key() + "' handles '" + name + "' twice");
        }
      }
    }
    if (types.isEmpty()) {
      throw new IllegalArgumentException(
          "a view keyed by '" + view.key() + "' handles no events; add .on(…)");
    }
    String fingerprint =
        new Fingerprint()
            .add(view.key().name())
            .add(catalog.fingerprint(types))
            .add(EventCatalog.schema(view.stateType(), new HashSet<>()))
            .toText();
    return new ViewReader(view, List.copyOf(types), fingerprint);
  }

  View<?, ?> view() {
    return view;
  }

  Object initial() {
    return view.initial();
  }

  /** The names of the events that change the state. */
  List<String> types() {
    return types;
  }

  /** Whether events of this name change the state. */
  boolean handles(String type) {
    return types.contains(type);
  }

  /** The tag of a key. */
  @SuppressWarnings("unchecked") // the key comes from the function that was given with the view
  TagValue tag(Object key) {
    return ((Tag<Object>) view.key()).of(key);
  }

  /** The events that the state of a tag is folded from. */
  Query.Criterion criterion(TagValue tag) {
    return new Query.Criterion(types, List.of(tag));
  }

  /** The state after an event. It keeps personal values as they are stored. */
  Object evolve(Object state, Object event) {
    return Carrying.in("a view", () -> evolved(state, event));
  }

  private Object evolved(Object state, Object event) {
    BiFunction<Object, Object, Object> evolve = null;
    for (View.Handling handling : view.handlings()) {
      if (handling.type().isInstance(event)) {
        evolve = handling.evolve();
        break;
      }
    }
    if (evolve == null) {
      throw new IllegalStateException("the store answered with " + event + ", not asked for");
    }
    return evolve.apply(state, event);
  }

  /**
   * A state as a snapshot keeps it: personal values as they were stored, each sealed with the key
   * of whom it is about.
   */
  Bytes write(Object state, Context context) {
    return hasPersonal
        ? context.codec().encode(state, context.protection().states())
        : Carrying.in("a state whose type shows none", () -> context.codec().encode(state));
  }

  /** A state from a snapshot. */
  Object read(Bytes state, Context context) {
    return hasPersonal
        ? context.codec().decode(state, view.stateType(), context.protection().states())
        : context.codec().decode(state, view.stateType());
  }

  /** The key of a snapshot; only for views with a snapshot policy. */
  SnapshotKey snapshotKey(Tenant tenant, TagValue tag) {
    String name = view.name();
    if (name == null) {
      throw new IllegalStateException("a view without a name has no snapshots");
    }
    return new SnapshotKey(name, view.version(), fingerprint, tenant, tag.value());
  }
}
