package dev.millrace.core;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A state folded from events: where it starts, which events it handles, how each changes it. The
 * types that it handles and its key are its query, so that what a decision reads and what it
 * depends on cannot drift apart. Immutable: each method returns a new value. States must be
 * immutable too.
 *
 * @param <K> the key: what one state is about
 * @param <S> the state
 */
public final class View<K, S> {
  private final Class<S> stateType;
  private final Tag<K> key;
  private final S initial;
  private final List<Handling> handlings;
  private final @Nullable String name;
  private final int version;
  private final @Nullable SnapshotPolicy snapshots;

  /** How a type of events changes the state. */
  record Handling(Class<?> type, BiFunction<Object, Object, Object> evolve) {}

  private View(
      Class<S> stateType,
      Tag<K> key,
      S initial,
      List<Handling> handlings,
      @Nullable String name,
      int version,
      @Nullable SnapshotPolicy snapshots) {
    this.stateType = stateType;
    this.key = key;
    this.initial = initial;
    this.handlings = handlings;
    this.name = name;
    this.version = version;
    this.snapshots = snapshots;
  }

  /** A view with this type of state. */
  public static <S> Unkeyed<S> of(Class<S> state) {
    return new Unkeyed<>(state);
  }

  /** A view that does not know yet what its states are about. */
  public record Unkeyed<S>(Class<S> state) {
    /** One state for each value of a tag. */
    public <K> Unstarted<K, S> keyed(Tag<K> key) {
      return new Unstarted<>(state, key);
    }
  }

  /** A view that does not know yet where it starts. */
  public record Unstarted<K, S>(Class<S> state, Tag<K> key) {
    /** The state before the first event. */
    public View<K, S> starting(S initial) {
      return new View<>(state, key, initial, List.of(), null, 1, null);
    }
  }

  /** Handles a type of events. */
  public <T> View<K, S> on(Class<T> type, BiFunction<S, T, S> evolve) {
    return evolve(type, evolve);
  }

  /** Handles all events of a sealed type, usually with a {@code switch}. */
  public <T> View<K, S> evolve(Class<T> type, BiFunction<S, T, S> evolve) {
    List<Handling> more = new ArrayList<>(handlings);
    more.add(
        new Handling(
            type, (state, event) -> evolve.apply(stateType.cast(state), type.cast(event))));
    return new View<>(stateType, key, initial, List.copyOf(more), name, version, snapshots);
  }

  /**
   * Names the view, so that it can be looked at from outside.
   *
   * @param name unique in the context
   */
  public View<K, S> named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a view's name must not be blank");
    }
    return new View<>(stateType, key, initial, handlings, name, version, snapshots);
  }

  /**
   * Keeps snapshots of long-lived states.
   *
   * @param name stable, unique in the context
   * @param version to be raised when the meaning of the state changes in a way that its schema does
   *     not show; from 1
   */
  public View<K, S> snapshots(String name, int version, SnapshotPolicy policy) {
    if (name.isBlank() || version < 1) {
      throw new IllegalArgumentException(
          "a view with snapshots needs a name and a version from 1: '" + name + "', " + version);
    }
    return new View<>(stateType, key, initial, handlings, name, version, policy);
  }

  /**
   * When to take a snapshot of a state: as soon as one of the two is reached.
   *
   * @param events so many events have been folded since the last one; at least 1
   * @param age the events folded since the last one span this time; null: whatever the time
   */
  public record SnapshotPolicy(int events, @Nullable Duration age) {
    public SnapshotPolicy {
      if (events < 1) {
        throw new IllegalArgumentException("events must be at least 1: " + events);
      }
    }

    /** After a number of events. */
    public static SnapshotPolicy every(int events) {
      return new SnapshotPolicy(events, null);
    }

    /** After a time, if there were events. */
    public static SnapshotPolicy every(Duration age) {
      return new SnapshotPolicy(Integer.MAX_VALUE, age);
    }
  }

  /** The type of its states. */
  public Class<S> stateType() {
    return stateType;
  }

  /** What a state is about. */
  public Tag<K> key() {
    return key;
  }

  S initial() {
    return initial;
  }

  List<Handling> handlings() {
    return handlings;
  }

  @Nullable String name() {
    return name;
  }

  int version() {
    return version;
  }

  @Nullable SnapshotPolicy snapshotPolicy() {
    return snapshots;
  }
}
