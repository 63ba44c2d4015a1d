package dev.millrace.core;

import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The events of a context: their stable names and schema versions, what they are about, and how old
 * versions become new ones. Immutable: each method returns a new value.
 *
 * @param <E> the root of the events, usually a sealed interface
 */
public final class Events<E> {
  private final Class<E> root;
  private final List<Tagging<?>> taggings;
  private final List<Naming> namings;
  private final List<Upcasting> upcastings;
  private final List<Subjecting<?>> subjectings;

  /**
   * How events of a type get tags.
   *
   * @param several whether an event may get more than one
   */
  record Tagging<T>(
      Class<T> type, String tag, boolean several, Function<? super T, List<TagValue>> tags) {
    List<TagValue> tagsOf(Object event) {
      return type.isInstance(event) ? tags.apply(type.cast(event)) : List.of();
    }
  }

  /** Whom the personal values in events of a type are about. */
  record Subjecting<T>(Class<T> type, String tag, Function<? super T, TagValue> subject) {
    TagValue subjectOf(Object event) {
      return subject.apply(type.cast(event));
    }
  }

  /** The stable name and current version of a class. */
  record Naming(String name, int version, Class<?> type) {}

  /** One link of a chain. */
  record Upcasting(String name, int fromVersion, Upcaster upcaster) {}

  private Events(
      Class<E> root,
      List<Tagging<?>> taggings,
      List<Naming> namings,
      List<Upcasting> upcastings,
      List<Subjecting<?>> subjectings) {
    this.subjectings = subjectings;
    this.root = root;
    this.taggings = taggings;
    this.namings = namings;
    this.upcastings = upcastings;
  }

  /**
   * The events below a root.
   *
   * @param root usually a sealed interface: then each of its records must be named
   */
  public static <E> Events<E> of(Class<E> root) {
    return new Events<>(root, List.of(), List.of(), List.of(), List.of());
  }

  /**
   * Tags every event; tags stand in the order of these calls, the first is the subject.
   *
   * @param value the tag's value; null: this event does not have the tag
   */
  public <V> Events<E> tag(Tag<V> tag, Function<? super E, ? extends @Nullable V> value) {
    return tag(root, tag, value);
  }

  /** Tags events of a type; see {@link #tag(Tag, Function)}. */
  public <T extends E, V> Events<E> tag(
      Class<T> type, Tag<V> tag, Function<? super T, ? extends @Nullable V> value) {
    return tagging(
        type,
        tag.name(),
        false,
        event -> {
          V of = value.apply(event);
          return of == null ? List.of() : List.of(tag.of(of));
        });
  }

  /** Tags events of a type with several values of a tag. */
  public <T extends E, V> Events<E> tags(
      Class<T> type, Tag<V> tag, Function<? super T, ? extends Collection<? extends V>> values) {
    return tagging(
        type,
        tag.name(),
        true,
        event -> {
          List<TagValue> tags = new ArrayList<>();
          for (V value : values.apply(event)) {
            tags.add(tag.of(value));
          }
          return tags;
        });
  }

  private <T> Events<E> tagging(
      Class<T> type, String tag, boolean several, Function<T, List<TagValue>> tags) {
    return new Events<>(
        root,
        and(taggings, new Tagging<>(type, tag, several, tags)),
        namings,
        upcastings,
        subjectings);
  }

  /** Names a record, at schema version 1. */
  public Events<E> name(String name, Class<? extends E> type) {
    return name(name, 1, type);
  }

  /**
   * Names a record.
   *
   * @param name stable: it stands in the store for ever
   * @param version the schema version that is written, from 1; for each earlier one there must be
   *     an upcaster
   */
  public Events<E> name(String name, int version, Class<? extends E> type) {
    return new Events<>(
        root, taggings, and(namings, new Naming(name, version, type)), upcastings, subjectings);
  }

  /**
   * Converts data of one version to the next.
   *
   * @param name the event's stable name
   * @param fromVersion the version that the upcaster takes; it gives {@code fromVersion + 1}
   */
  public Events<E> upcast(String name, int fromVersion, Upcaster upcaster) {
    return new Events<>(
        root,
        taggings,
        namings,
        and(upcastings, new Upcasting(name, fromVersion, upcaster)),
        subjectings);
  }

  /**
   * Says whom the {@link dev.millrace.core.personal.Personal} components of all events are about:
   * their values are sealed with this one's key, and forgotten with it.
   *
   * @param value whom an event with personal components is about; not null, and itself not
   *     personal: it stands in clear
   */
  public <V> Events<E> personal(Tag<V> tag, Function<? super E, ? extends V> value) {
    return personal(root, tag, value);
  }

  /** The same for events of a type; the first that fits an event counts. */
  public <T extends E, V> Events<E> personal(
      Class<T> type, Tag<V> tag, Function<? super T, ? extends V> value) {
    Subjecting<T> subjecting =
        new Subjecting<>(type, tag.name(), event -> tag.of(value.apply(event)));
    return new Events<>(root, taggings, namings, upcastings, and(subjectings, subjecting));
  }

  private static <T> List<T> and(List<T> list, T more) {
    List<T> longer = new ArrayList<>(list);
    longer.add(more);
    return List.copyOf(longer);
  }

  Class<E> root() {
    return root;
  }

  List<Tagging<?>> taggings() {
    return taggings;
  }

  List<Naming> namings() {
    return namings;
  }

  List<Upcasting> upcastings() {
    return upcastings;
  }

  List<Subjecting<?>> subjectings() {
    return subjectings;
  }
}
