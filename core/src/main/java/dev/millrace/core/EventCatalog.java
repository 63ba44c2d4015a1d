package dev.millrace.core;

import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.personal.Carrying;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Protection;
import dev.millrace.core.personal.Reading;
import dev.millrace.core.processing.DeadLetterAction;
import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@link Events}, checked: between events as objects and events as stored. */
final class EventCatalog {
  private static final String RESERVED = "millrace.";
  private static final Tenant ANY_TENANT = Tenant.DEFAULT;

  /** What operators do, deadlines, and what inboxes set aside, in the store of every context. */
  private static final Map<String, Class<?>> PLATFORM =
      new TreeMap<>(
          Map.of(
              DeadLetterAction.Redriven.NAME, DeadLetterAction.Redriven.class,
              DeadLetterAction.Edited.NAME, DeadLetterAction.Edited.class,
              DeadLetterAction.Discarded.NAME, DeadLetterAction.Discarded.class,
              DeadlineEvent.DeadlineSet.NAME, DeadlineEvent.DeadlineSet.class,
              DeadlineEvent.DeadlineCancelled.NAME, DeadlineEvent.DeadlineCancelled.class,
              DeadlineEvent.DeadlinesPassed.NAME, DeadlineEvent.DeadlinesPassed.class,
              DeadlineEvent.ScheduleReached.NAME, DeadlineEvent.ScheduleReached.class,
              MessageSetAside.NAME, MessageSetAside.class));

  private static final String PROCESSOR = "processor";
  private static final String DEADLINE = "deadline";
  private static final String INBOX = "inbox";
  private static final String SCHEDULE = "schedule";

  private final String context;
  private final List<Events.Tagging<?>> taggings;
  private final Map<Class<?>, EventType> byClass = new HashMap<>();
  private final Map<String, EventType> byName = new TreeMap<>();
  private final Protection protection;

  /**
   * A named event.
   *
   * @param upcasters from version {@code i + 1}, for each version before the current one
   * @param subjecting whom its personal values are about; null: it has none
   */
  record EventType(
      String name,
      int version,
      Class<?> type,
      List<Upcaster> upcasters,
      Events.@Nullable Subjecting<?> subjecting) {}

  EventCatalog(String context, Events<?> events) {
    this.context = context;
    this.taggings = events.taggings();
    this.protection = Protection.NONE;
    for (Events.Naming naming : events.namings()) {
      add(naming, events);
    }
    checkUpcastings(events.upcastings());
    checkComplete(events.root());
    if (byName.values().stream().anyMatch(type -> type.subjecting() != null)) {
      put(new EventType(SubjectForgotten.NAME, 1, SubjectForgotten.class, List.of(), null));
    }
    PLATFORM.forEach((name, type) -> put(new EventType(name, 1, type, List.of(), null)));
  }

  private EventCatalog(EventCatalog catalog, Protection protection) {
    this.context = catalog.context;
    this.taggings = catalog.taggings;
    this.protection = protection;
    this.byClass.putAll(catalog.byClass);
    this.byName.putAll(catalog.byName);
  }

  /** The same with keys. */
  EventCatalog with(Protection protection) {
    return new EventCatalog(this, protection);
  }

  private void add(Events.Naming naming, Events<?> events) {
    if (naming.name().startsWith(RESERVED)) {
      throw wrong("'" + naming.name() + "' begins as the platform's own events do; rename it");
    }
    if (naming.type().isInterface() || Modifier.isAbstract(naming.type().getModifiers())) {
      throw wrong("'" + naming.name() + "' names " + naming.type() + "; name concrete classes");
    }
    List<Upcaster> chain = new ArrayList<>();
    for (int version = 1; version < naming.version(); version++) {
      chain.add(link(naming, version, events.upcastings()));
    }
    put(
        new EventType(
            naming.name(),
            naming.version(),
            naming.type(),
            List.copyOf(chain),
            subjecting(naming.type(), events)));
  }

  private void put(EventType type) {
    if (byName.put(type.name(), type) != null) {
      throw wrong("two events are named '" + type.name() + "'");
    }
    EventType before = byClass.put(type.type(), type);
    if (before != null) {
      throw wrong(
          type.type().getSimpleName()
              + " is named twice: '"
              + before.name()
              + "' and '"
              + type.name()
              + "'");
    }
  }

  private Events.@Nullable Subjecting<?> subjecting(Class<?> type, Events<?> events) {
    if (!PersonalComponents.in(type)) {
      return null;
    }
    for (Events.Subjecting<?> subjecting : events.subjectings()) {
      if (subjecting.type().isAssignableFrom(type)) {
        return subjecting;
      }
    }
    throw wrong(
        type.getSimpleName()
            + " has personal components, but nothing says whom they are about; add .personal("
            + type.getSimpleName()
            + ".class, TAG, …)");
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
      boolean asked =
          !PLATFORM.containsKey(known.name())
              || DeadLetterAction.class.isAssignableFrom(type)
              || DeadlineEvent.class.isAssignableFrom(type)
              || MessageSetAside.class.isAssignableFrom(type);
      if (asked && type.isAssignableFrom(known.type())) {
        names.add(known.name());
      }
    }
    if (names.isEmpty()) {
      throw wrong(type.getSimpleName() + " is not an event of this context");
    }
    return names;
  }

  /** The names of the context's own events, ascending. */
  Set<String> names() {
    Set<String> names = new TreeSet<>(byName.keySet());
    names.remove(SubjectForgotten.NAME);
    names.removeAll(PLATFORM.keySet());
    return names;
  }

  /** The tags whose subjects have personal values in events of these names, ascending. */
  Set<String> subjectTags(Collection<String> names) {
    Set<String> tags = new TreeSet<>();
    for (String name : names) {
      EventType type = byName.get(name);
      if (type != null && type.subjecting() != null) {
        tags.add(type.subjecting().tag());
      }
    }
    return tags;
  }

  /** The current version of an event that is known. */
  int versionOf(String name) {
    EventType known = byName.get(name);
    return known == null ? 1 : known.version();
  }

  /** The class of an event's current version. */
  Optional<Class<?>> typeOf(String name) {
    EventType known = byName.get(name);
    return known == null ? Optional.empty() : Optional.of(known.type());
  }

  private EventType typeOf(Object event) {
    EventType type = byClass.get(event.getClass());
    if (type == null) {
      throw wrong(event.getClass().getSimpleName() + " is not an event of this context; name it");
    }
    return type;
  }

  /** Whom the personal values of an event are about; empty: it has none. */
  Optional<TagValue> subjectOf(Object event) {
    Events.Subjecting<?> subjecting = typeOf(event).subjecting();
    return subjecting == null ? Optional.empty() : Optional.of(subjectOf(subjecting, event));
  }

  private static TagValue subjectOf(Events.Subjecting<?> subjecting, Object event) {
    return Carrying.in("the function for a subject", () -> subjecting.subjectOf(event));
  }

  /**
   * Encodes.
   *
   * @param salt the id of the append and the event's place in it
   * @param key of the event's subject; null: it has none
   */
  NewEvent encode(Object event, Codec codec, String salt, @Nullable KeyState key) {
    EventType type = typeOf(event);
    if (type.subjecting() == null) {
      return encode(event, codec, Bytes.EMPTY);
    }
    if (key == null) {
      throw wrong("'" + type.name() + "' has personal values, and there is no key for its subject");
    }
    Bytes data = codec.encode(event, protection.writing(type.name(), salt, key));
    checkReadable(
        type,
        () -> codec.decode(data, type.type(), protection.reading(type.name(), ANY_TENANT, true)));
    List<TagValue> tags = Carrying.in("the function for a tag", () -> tagsOf(event));
    return new NewEvent(type.name(), type.version(), tags, data);
  }

  /**
   * Encodes an event, to be compared: personal values as if they were forgotten.
   *
   * @param readable data that is known to be readable: the same need not be read again
   */
  NewEvent encode(Object event, Codec codec, Bytes readable) {
    EventType type = typeOf(event);
    if (type.subjecting() != null) {
      Bytes data = codec.encode(event, Protection.masking());
      return new NewEvent(type.name(), type.version(), tagsOf(event), data);
    }
    Bytes data = Carrying.in("an event whose type shows none", () -> codec.encode(event));
    if (!data.equals(readable)) {
      checkReadable(type, () -> codec.decode(data, type.type()));
    }
    return new NewEvent(type.name(), type.version(), tagsOf(event), data);
  }

  /** Whether an event may have several values of a tag. */
  boolean mayHaveSeveral(String tag) {
    int ways = 0;
    for (Events.Tagging<?> tagging : taggings) {
      ways += tagging.tag().equals(tag) ? (tagging.several() ? 2 : 1) : 0;
    }
    return ways > 1;
  }

  private List<TagValue> tagsOf(Object event) {
    Set<TagValue> tags = new LinkedHashSet<>();
    for (Events.Tagging<?> tagging : taggings) {
      tags.addAll(tagging.tagsOf(event));
    }
    if (event instanceof SubjectForgotten forgotten) {
      tags.add(forgotten.subject());
    }
    if (event instanceof DeadLetterAction action) {
      tags.add(new TagValue(PROCESSOR, action.processor()));
    }
    if (event instanceof DeadlineEvent.DeadlineSet set) {
      tags.add(new TagValue(DEADLINE, set.key()));
    }
    if (event instanceof DeadlineEvent.DeadlineCancelled cancelled) {
      tags.add(new TagValue(DEADLINE, cancelled.key()));
    }
    if (event instanceof DeadlineEvent.ScheduleReached there) {
      tags.add(new TagValue(SCHEDULE, there.schedule()));
    }
    if (event instanceof MessageSetAside aside) {
      tags.add(new TagValue(INBOX, aside.inbox()));
    }
    return List.copyOf(tags);
  }

  /** What cannot be read back must not be stored: nobody could get past it. */
  private void checkReadable(EventType type, Supplier<?> read) {
    try {
      var unused = read.get();
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
              + names()
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
    Events.Subjecting<?> subjecting = type.subjecting();
    if (subjecting == null) {
      return decode(stored, type, codec, null);
    }
    Reading personal =
        protection.reading(type.name(), stored.tenant(), stored.schemaVersion() == type.version());
    Object event = decode(stored, type, codec, personal);
    personal.about(subjectOf(subjecting, event));
    return event;
  }

  private Object decode(
      RecordedEvent stored, EventType type, Codec codec, @Nullable PersonalFields personal) {
    try {
      if (stored.schemaVersion() == type.version()) {
        return personal == null
            ? codec.decode(stored.data(), type.type())
            : codec.decode(stored.data(), type.type(), personal);
      }
      Map<String, Object> fields = codec.decodeFields(stored.data());
      for (Upcaster upcaster :
          type.upcasters().subList(stored.schemaVersion() - 1, type.version() - 1)) {
        fields = upcaster.upcast(fields);
      }
      return personal == null
          ? codec.fromFields(fields, type.type())
          : codec.fromFields(fields, type.type(), personal);
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
