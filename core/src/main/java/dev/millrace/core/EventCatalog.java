package dev.millrace.core;

import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** {@link Events}, checked: between events as objects and events as stored. */
final class EventCatalog {
  private final String context;
  private final List<Events.Tagging<?>> taggings;
  private final Map<Class<?>, EventType> byClass = new HashMap<>();
  private final Map<String, EventType> byName = new TreeMap<>();

  /**
   * A named event.
   *
   * @param upcasters from version {@code i + 1}, for each version before the current one
   */
  record EventType(String name, int version, Class<?> type, List<Upcaster> upcasters) {}

  EventCatalog(String context, Events<?> events) {
    this.context = context;
    this.taggings = events.taggings();
    for (Events.Naming naming : events.namings()) {
      add(naming, events.upcastings());
    }
    checkUpcastings(events.upcastings());
    checkComplete(events.root());
  }

  private void add(Events.Naming naming, List<Events.Upcasting> upcastings) {
    if (naming.type().isInterface() || Modifier.isAbstract(naming.type().getModifiers())) {
      throw wrong("'" + naming.name() + "' names " + naming.type() + "; name concrete classes");
    }
    List<Upcaster> chain = new ArrayList<>();
    for (int version = 1; version < naming.version(); version++) {
      chain.add(link(naming, version, upcastings));
    }
    EventType type =
        new EventType(naming.name(), naming.version(), naming.type(), List.copyOf(chain));
    if (byName.put(naming.name(), type) != null) {
      throw wrong("two events are named '" + naming.name() + "'");
    }
    EventType before = byClass.put(naming.type(), type);
    if (before != null) {
      throw wrong(
          naming.type().getSimpleName()
              + " is named twice: '"
              + before.name()
              + "' and '"
              + naming.name()
              + "'");
    }
  }

  private Upcaster link(Events.Naming naming, int version, List<Events.Upcasting> upcastings) {
    Upcaster found = null;
    for (Events.Upcasting upcasting : upcastings) {
      if (upcasting.name().equals(naming.name()) && upcasting.fromVersion() == version) {
        if (found != null) {
          throw wrong("'" + naming.name() + "' has two upcasters from version " + version);
        }
        found = upcasting.upcaster();
      }
    }
    if (found == null) {
      throw wrong(
          "'"
              + naming.name()
              + "' is at version "
              + naming.version()
              + " but has no upcaster from version "
              + version
              + " to "
              + (version + 1)
              + "; add .upcast(\""
              + naming.name()
              + "\", "
              + version
              + ", …)");
    }
    return found;
  }

  private void checkUpcastings(List<Events.Upcasting> upcastings) {
    for (Events.Upcasting upcasting : upcastings) {
      EventType type = byName.get(upcasting.name());
      if (type == null) {
        throw wrong("an upcaster is for '" + upcasting.name() + "', which no event is named");
      }
      if (upcasting.fromVersion() < 1 || upcasting.fromVersion() >= type.version()) {
        throw wrong(
            "the upcaster of '"
                + upcasting.name()
                + "' from version "
                + upcasting.fromVersion()
                + " leads nowhere: the event is at version "
                + type.version());
      }
    }
  }

  private void checkComplete(Class<?> root) {
    for (Class<?> leaf : leaves(root)) {
      if (!byClass.containsKey(leaf)) {
        throw wrong(
            leaf.getSimpleName()
                + " is an event without a name; add .name(\"…\", "
                + leaf.getSimpleName()
                + ".class)");
      }
    }
  }

  /** The concrete classes at and below a type, as far as it is sealed. */
  private static Set<Class<?>> leaves(Class<?> type) {
    Set<Class<?>> leaves = new LinkedHashSet<>();
    if (type.isSealed()) {
      for (Class<?> permitted : type.getPermittedSubclasses()) {
        leaves.addAll(leaves(permitted));
      }
    }
    if (!type.isInterface() && !Modifier.isAbstract(type.getModifiers())) {
      leaves.add(type);
    }
    return leaves;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("context '" + context + "': " + what);
  }

  /** The names of all events that are instances of a class, ascending. */
  Set<String> namesOf(Class<?> type) {
    Set<String> names = new TreeSet<>();
    for (EventType known : byName.values()) {
      if (type.isAssignableFrom(known.type())) {
        names.add(known.name());
      }
    }
    if (names.isEmpty()) {
      throw wrong(type.getSimpleName() + " is not an event of this context");
    }
    return names;
  }

  /** All names, ascending. */
  Set<String> names() {
    return byName.keySet();
  }

  /** The class of an event's current version. */
  Optional<Class<?>> typeOf(String name) {
    EventType known = byName.get(name);
    return known == null ? Optional.empty() : Optional.of(known.type());
  }

  NewEvent encode(Object event, Codec codec) {
    return encode(event, codec, Bytes.EMPTY);
  }

  /**
   * Encodes an event.
   *
   * @param readable data that is known to be readable: the same need not be read again
   */
  NewEvent encode(Object event, Codec codec, Bytes readable) {
    EventType type = byClass.get(event.getClass());
    if (type == null) {
      throw wrong(event.getClass().getSimpleName() + " is not an event of this context; name it");
    }
    Set<TagValue> tags = new LinkedHashSet<>();
    for (Events.Tagging<?> tagging : taggings) {
      tags.addAll(tagging.tagsOf(event));
    }
    Bytes data = codec.encode(event);
    if (!data.equals(readable)) {
      checkReadable(type, data, codec);
    }
    return new NewEvent(type.name(), type.version(), List.copyOf(tags), data);
  }

  /** What cannot be read back must not be stored: nobody could get past it. */
  private void checkReadable(EventType type, Bytes data, Codec codec) {
    try {
      codec.decode(data, type.type());
    } catch (CodecException e) {
      throw new IllegalArgumentException(
          "context '"
              + context
              + "': event '"
              + type.name()
              + "' could not be read back, so it is not stored: "
              + e.getMessage(),
          e);
    }
  }

  Object decode(RecordedEvent stored, Codec codec) {
    EventType type = byName.get(stored.type());
    if (type == null) {
      throw new UnknownEventException(
          describe(stored)
              + " is of a type that this program does not know; it knows "
              + byName.keySet()
              + ". Deploy the version that names it, or name it in the context's events");
    }
    if (stored.schemaVersion() > type.version()) {
      throw new UnknownEventException(
          describe(stored)
              + " was written in version "
              + stored.schemaVersion()
              + " of its schema, but this program knows it up to version "
              + type.version()
              + ". Deploy the newer version");
    }
    try {
      if (stored.schemaVersion() == type.version()) {
        return codec.decode(stored.data(), type.type());
      }
      Map<String, Object> fields = codec.decodeFields(stored.data());
      for (Upcaster upcaster :
          type.upcasters().subList(stored.schemaVersion() - 1, type.version() - 1)) {
        fields = upcaster.upcast(fields);
      }
      return codec.fromFields(fields, type.type());
    } catch (CodecException e) {
      throw new UnreadableEventException(
          describe(stored)
              + " (schema version "
              + stored.schemaVersion()
              + "): "
              + e.getMessage()
              + ". Raise the event's version and add an upcaster that makes up for it",
          e);
    }
  }

  private String describe(RecordedEvent stored) {
    return "context '" + context + "': event " + stored.position() + " '" + stored.type() + "'";
  }

  /** What the meaning of the stored data of these events depends on, as text. */
  String fingerprint(Set<String> names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      EventType type = byName.get(name);
      if (type != null) {
        text.append(name).append('@').append(type.version());
        text.append(schema(type.type(), new HashSet<>())).append(';');
      }
    }
    return text.toString();
  }

  /** The components of a record and of the records in it, as text. */
  static String schema(Class<?> type, Set<Class<?>> seen) {
    if (!type.isRecord() || !seen.add(type)) {
      return type.getTypeName();
    }
    StringBuilder text = new StringBuilder("{");
    for (RecordComponent component : type.getRecordComponents()) {
      text.append(component.getName()).append(':').append(component.getGenericType().getTypeName());
      text.append(schema(component.getType(), seen)).append(',');
    }
    return text.append('}').toString();
  }
}
