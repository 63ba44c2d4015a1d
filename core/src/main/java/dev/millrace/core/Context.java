package dev.millrace.core;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.personal.Carrying;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Protection;
import dev.millrace.core.personal.Reading;
import dev.millrace.core.personal.Showing;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectForgottenException;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.spi.Codec;
import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bounded context: its events, the deciders of its commands, and its processors. Immutable, and
 * checked when it is built; {@link Millrace#host} runs it on a store.
 */
public final class Context {
  private final String name;
  private final Codec codec;
  private final EventCatalog catalog;
  private final Map<Class<?>, Decider> deciders;
  private final Map<String, Decider> decidersByName;
  private final Map<String, Projection<?>> projections;
  private final Map<String, List<Projection<?>>> versions;
  private final Map<String, Reaction> reactions;
  private final Map<String, Publication> publications;
  private final Map<String, Inbox> inboxes;
  private final Map<String, Schedule> schedules;
  private final Map<String, View<?, ?>> views;
  private final Protection protection;

  private Context(Builder<?> builder) {
    this.name = builder.name;
    this.codec = builder.codec;
    this.protection = Protection.NONE;
    this.catalog = new EventCatalog(name, builder.events);
    this.deciders = new LinkedHashMap<>();
    this.decidersByName = new TreeMap<>();
    this.projections = new LinkedHashMap<>();
    this.versions = new LinkedHashMap<>();
    this.reactions = new LinkedHashMap<>();
    this.publications = new LinkedHashMap<>();
    this.inboxes = new LinkedHashMap<>();
    this.schedules = new LinkedHashMap<>();
    this.views = new ViewNames(name).named(builder.views, builder.deciders);
    for (Decider decider : builder.deciders) {
      if (deciders.put(decider.type(), decider) != null
          || decidersByName.put(decider.name(), decider) != null) {
        throw wrong("command '" + decider.name() + "' has two deciders");
      }
      checkSubject(decider);
      decider.readings().forEach(reading -> ViewReader.of(reading.view(), catalog));
    }
    views.values().forEach(view -> ViewReader.of(view, catalog));
    builder.projections.forEach(this::add);
    builder.reactions.forEach(this::add);
    builder.publications.forEach(this::add);
    builder.inboxes.forEach(this::add);
    for (Schedule schedule : builder.schedules) {
      if (schedules.put(schedule.name(), schedule) != null) {
        throw wrong("two schedules are named '" + schedule.name() + "'");
      }
    }
  }

  private Context(Context context, Protection protection) {
    this.name = context.name;
    this.codec = context.codec;
    this.catalog = context.catalog.with(protection);
    this.deciders = context.deciders;
    this.decidersByName = context.decidersByName;
    this.projections = context.projections;
    this.versions = context.versions;
    this.reactions = context.reactions;
    this.publications = context.publications;
    this.inboxes = context.inboxes;
    this.schedules = context.schedules;
    this.views = context.views;
    this.protection = protection;
  }

  /** The same, with the keys of its personal values, to read what is stored outside a runtime. */
  public Context with(SubjectKeys keys) {
    return new Context(this, Protection.with(keys));
  }

  /** Whether values of its events or commands are sealed with keys. */
  boolean needsKeys() {
    return !subjectTags().isEmpty()
        || deciders.values().stream()
            .anyMatch(decider -> decider.hasPersonal() && decider.subject() != null);
  }

  /** The names of the tags whose subjects have personal values in events, ascending. */
  public Set<String> subjectTags() {
    return catalog.subjectTags(catalog.names());
  }

  Protection protection() {
    return protection;
  }

  private void add(Projection<?> projection) {
    checkTold(projection);
    List<Projection<?>> all =
        versions.computeIfAbsent(projection.name(), first -> new ArrayList<>());
    for (Projection<?> other : all) {
      if (other.version() == projection.version()) {
        throw wrong("two processors are named '" + projection.name() + "'");
      }
      if (!other.isInto(projection.readModel())) {
        throw wrong(
            "versions of projection '"
                + projection.name()
                + "' have different read models; give it another name instead of another version");
      }
    }
    all.add(projection);
    all.sort(Comparator.comparingInt(Projection::version));
    projections.put(projection.name(), all.get(all.size() - 1));
  }

  /** Who may read personal values must be told when they are forgotten. */
  private void checkTold(Projection<?> projection) {
    List<String> handled = projection.query(catalog).anyOf().get(0).types();
    for (String tag : catalog.subjectTags(handled)) {
      if (!projection.isTold(tag)) {
        throw wrong(
            "projection '"
                + projection.name()
                + "' handles events with personal values of a "
                + tag
                + ", but does not say what to do when one is forgotten; add .onForgotten(…), or"
                + " .withoutPersonalValues() if it keeps none");
      }
    }
  }

  private void add(Reaction reaction) {
    reaction.query(catalog);
    if (projections.containsKey(reaction.name())
        || reactions.put(reaction.name(), reaction) != null) {
      throw wrong("two processors are named '" + reaction.name() + "'");
    }
  }

  private void add(Publication publication) {
    publication.query(catalog);
    if (projections.containsKey(publication.name())
        || reactions.containsKey(publication.name())
        || publications.put(publication.name(), publication) != null) {
      throw wrong("two processors are named '" + publication.name() + "'");
    }
  }

  private void add(Inbox inbox) {
    inbox.names(catalog);
    for (Inbox other : inboxes.values()) {
      if (other.channel().equals(inbox.channel())) {
        throw wrong("two inboxes take from channel '" + inbox.channel() + "'; put them together");
      }
    }
    if (inboxes.put(inbox.name(), inbox) != null) {
      throw wrong("two inboxes are named '" + inbox.name() + "'");
    }
  }

  private void checkSubject(Decider decider) {
    if (decider.keepsPayload() && decider.subject() == null && decider.hasPersonal()) {
      throw wrong(
          "command '"
              + decider.name()
              + "' has personal components, and is kept in the store with the events that it"
              + " causes, but nothing says whom they are about; add .personal(TAG, …), or"
              + " .withoutPayload()");
    }
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("context '" + name + "': " + what);
  }

  /**
   * Begins a context.
   *
   * @param name stable: it stands in checkpoints and receipts
   */
  public static Named named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a context needs a name");
    }
    return new Named(name);
  }

  /** A context that has no events yet. */
  public record Named(String name) {
    /** Its events. */
    public <E> Builder<E> events(Events<E> events) {
      return new Builder<>(name, events);
    }
  }

  /**
   * Collects the parts of a context. Not safe for use from several threads.
   *
   * @param <E> the context's events
   */
  public static final class Builder<E> {
    private final String name;
    private final Events<E> events;
    private final List<Decider> deciders = new ArrayList<>();
    private final List<Projection<?>> projections = new ArrayList<>();
    private final List<Reaction> reactions = new ArrayList<>();
    private final List<Publication> publications = new ArrayList<>();
    private final List<Inbox> inboxes = new ArrayList<>();
    private final List<Schedule> schedules = new ArrayList<>();
    private final List<View<?, ?>> views = new ArrayList<>();
    private Codec codec = new JsonCodec();

    private Builder(String name, Events<E> events) {
      this.name = name;
      this.events = events;
    }

    /** The decider of a command, which is named after its class: {@code PlaceOrder} place-order. */
    public <C extends Command<R>, R> Deciding<E, C, R> on(Class<C> command) {
      return on(ViewNames.kebab(command), command);
    }

    /** The decider of a command with a stable name of its own. */
    public <C extends Command<R>, R> Deciding<E, C, R> on(String name, Class<C> command) {
      return new Deciding<>(new DeciderParts<>(this, name, command, true, List.of(), null));
    }

    /**
     * Adds a projection. Two versions of one may be added: the older goes on until the newer is
     * level and answers in its place, and after that, so that it can be gone back to.
     */
    public Builder<E> projection(Projection<?> projection) {
      projections.add(projection);
      return this;
    }

    /** Adds a reaction. */
    public Builder<E> reaction(Reaction reaction) {
      reactions.add(reaction);
      return this;
    }

    /** Adds a publication, whose channel {@link Millrace.Builder#channel} names. */
    public Builder<E> publication(Publication publication) {
      publications.add(publication);
      return this;
    }

    /** Adds an inbox, whose channel {@link Millrace.Builder#channel} names. */
    public Builder<E> inbox(Inbox inbox) {
      inboxes.add(inbox);
      return this;
    }

    /** Adds a schedule. */
    public Builder<E> schedule(Schedule schedule) {
      schedules.add(schedule);
      return this;
    }

    /**
     * Shows a view to those who look at the context from outside, under the name that it has. Views
     * that deciders read are shown without this, if they have a name or a state type of their own
     * that no other view has: {@code StockLevel} is stock-level.
     */
    public Builder<E> view(View<?, ?> view) {
      views.add(view);
      return this;
    }

    /** Writes and reads data with another codec than JSON. */
    public Builder<E> codec(Codec codec) {
      this.codec = codec;
      return this;
    }

    Builder<E> add(Decider decider) {
      deciders.add(decider);
      return this;
    }

    /**
     * Checks the parts and makes the context.
     *
     * @throws IllegalArgumentException naming what is missing or stands twice
     */
    public Context build() {
      return new Context(this);
    }
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The names of its commands, ascending. */
  public List<String> commands() {
    return List.copyOf(decidersByName.keySet());
  }

  /** Whether there is a command of this name. */
  public boolean hasCommand(String command) {
    return decidersByName.containsKey(command);
  }

  /**
   * The class of a command.
   *
   * @throws IllegalArgumentException when there is no such command
   */
  public Class<?> commandType(String command) {
    return deciderNamed(command).type();
  }

  /** The views that can be looked at from outside, by name, ascending. */
  public Map<String, View<?, ?>> views() {
    return Collections.unmodifiableMap(views);
  }

  /** The class of an event's current version; empty when there is no event of this name. */
  public Optional<Class<?>> eventType(String event) {
    return catalog.typeOf(event);
  }

  /** What writes and reads its data. */
  public Codec codec() {
    return codec;
  }

  /** The names of its events, ascending. */
  public List<String> events() {
    return List.copyOf(catalog.names());
  }

  /** Its projections, in the order in which they were added, of each the newest version. */
  public List<Projection<?>> projections() {
    return List.copyOf(projections.values());
  }

  /** Its schedules, in the order in which they were added. */
  public List<Schedule> schedules() {
    return List.copyOf(schedules.values());
  }

  /**
   * Reads a command from its data.
   *
   * @param command the stable name
   * @throws IllegalArgumentException when there is no such command, or the data does not fit it;
   *     the message names the field
   */
  public Command<?> readCommand(String command, Bytes data) {
    Decider decider = deciderNamed(command);
    try {
      return (Command<?>) codec.decode(data, decider.type());
    } catch (CodecException e) {
      throw new IllegalArgumentException(
          "context '" + name + "': command '" + command + "' is " + e.getMessage(), e);
    }
  }

  /**
   * Reads a command that is kept in the store, whose personal values are sealed.
   *
   * @throws IllegalArgumentException as {@link #readCommand} does
   */
  Command<?> readKept(String command, Bytes data, Tenant tenant) {
    Decider decider = deciderNamed(command);
    Function<Object, TagValue> subject = decider.subject();
    if (!decider.hasPersonal() || subject == null) {
      return readCommand(command, data);
    }
    Reading personal = protection.reading(CommandKeeping.type(decider), tenant, true);
    try {
      Object read = codec.decode(data, decider.type(), personal);
      personal.about(Carrying.in("the function for a subject", () -> subject.apply(read)));
      return (Command<?>) read;
    } catch (CodecException e) {
      throw new IllegalArgumentException(
          "context '" + name + "': command '" + command + "' is " + e.getMessage(), e);
    }
  }

  private Decider deciderNamed(String command) {
    Decider decider = decidersByName.get(command);
    if (decider == null) {
      throw wrong("there is no command '" + command + "'; there are " + decidersByName.keySet());
    }
    return decider;
  }

  /**
   * Reads an event from what is stored, old versions through their upcasters.
   *
   * @throws UnknownEventException when its type or version is not known
   * @throws UnreadableEventException when its data does not fit
   */
  public Object readEvent(RecordedEvent stored) {
    return catalog.decode(stored, codec);
  }

  /**
   * Writes an event as it is stored: under its name, with its tags.
   *
   * @throws IllegalArgumentException when it is not an event of this context
   */
  public NewEvent writeEvent(Object event) {
    return writeEvent(event, Tenant.DEFAULT, "");
  }

  /**
   * Writes an event as it is stored; see {@link #writeEvent(Object)}. May wait for a key.
   *
   * @param salt what makes equal personal values look different: the id of the append, and the
   *     event's place in it
   * @throws SubjectForgottenException when it has personal values of somebody who was forgotten
   */
  public NewEvent writeEvent(Object event, Tenant tenant, String salt) {
    return writeEvent(event, tenant, salt, keysFor(subjects(List.of(event), tenant)).join());
  }

  NewEvent writeEvent(Object event, Tenant tenant, String salt, Map<Subject, KeyState> keys) {
    Optional<TagValue> subject = catalog.subjectOf(event);
    KeyState key = subject.isEmpty() ? null : keys.get(new Subject(tenant, subject.get()));
    return catalog.encode(event, codec, salt, key);
  }

  /** Whom the personal values of events are about, ascending. */
  Set<Subject> subjects(List<?> events, Tenant tenant) {
    Set<Subject> subjects = new TreeSet<>();
    for (Object event : events) {
      catalog.subjectOf(event).ifPresent(tag -> subjects.add(new Subject(tenant, tag)));
    }
    return subjects;
  }

  /** The keys of subjects, durable. */
  CompletableFuture<Map<Subject, KeyState>> keysFor(Set<Subject> subjects) {
    CompletableFuture<Map<Subject, KeyState>> all =
        CompletableFuture.completedFuture(new TreeMap<>());
    for (Subject subject : subjects) {
      all =
          all.thenCombine(
              keys().keyFor(subject),
              (found, key) -> {
                found.put(subject, key);
                return found;
              });
    }
    return all;
  }

  /**
   * An event as it is shown to those who look at the store: personal values are sealed, as they are
   * stored; those of whom has been forgotten say so, as {@code {"forgotten":true}}.
   */
  public RecordedEvent shown(RecordedEvent stored) {
    if (catalog.subjectTags(List.of(stored.type())).isEmpty()) {
      return stored;
    }
    Bytes data = shown(stored.data(), () -> readEvent(stored));
    return data.equals(stored.data())
        ? stored
        : new RecordedEvent(
            stored.position(),
            stored.id(),
            stored.type(),
            catalog.versionOf(stored.type()),
            stored.time(),
            stored.tenant(),
            stored.tags(),
            data,
            stored.metadata());
  }

  /** A command that is kept in the store, as it is shown; see {@link #shown(RecordedEvent)}. */
  public CommandRecord shown(CommandRecord kept, Tenant tenant) {
    Bytes payload = kept.payload();
    Decider decider = decidersByName.get(kept.type());
    if (payload == null || decider == null || !decider.hasPersonal()) {
      return kept;
    }
    Bytes data = shown(payload, () -> readKept(kept.type(), payload, tenant));
    return new CommandRecord(kept.id(), kept.type(), kept.digest(), data);
  }

  /** What cannot be read is shown as it is stored. */
  private Bytes shown(Bytes data, Supplier<Object> read) {
    if (protection.keys() == null) {
      return data;
    }
    try {
      Showing showing = new Showing();
      Bytes shown = codec.encode(read.get(), showing);
      return showing.hasForgotten() ? shown : data;
    } catch (MillraceException | IllegalArgumentException e) {
      return data;
    }
  }

  private SubjectKeys keys() {
    SubjectKeys keys = protection.keys();
    if (keys == null) {
      throw wrong(
          "it has personal values, and no keys to seal them with; host it with its keys, and use"
              + " the context that the runtime gives");
    }
    return keys;
  }

  EventCatalog catalog() {
    return catalog;
  }

  /** The versions of each projection, ascending. */
  Map<String, List<Projection<?>>> versions() {
    return versions;
  }

  Map<String, Reaction> reactions() {
    return reactions;
  }

  /** Its publications, in the order in which they were added. */
  public List<Publication> publications() {
    return List.copyOf(publications.values());
  }

  /** Whether messages of an inbox become events of this name, with tags of the messages. */
  boolean isReceived(String event) {
    return inboxes.values().stream().anyMatch(one -> one.names(catalog).containsValue(event));
  }

  /** Its inboxes, in the order in which they were added. */
  public List<Inbox> inboxes() {
    return List.copyOf(inboxes.values());
  }

  /** The decider of a command. */
  Decider decider(Command<?> command) {
    Decider decider = deciders.get(command.getClass());
    if (decider == null) {
      throw wrong(
          "no decider for " + command.getClass().getSimpleName() + "; it has " + commands());
    }
    return decider;
  }

  Collection<Decider> deciders() {
    return deciders.values();
  }

  @Nullable Decider findDecider(String command) {
    return decidersByName.get(command);
  }

  boolean decides(Command<?> command) {
    return deciders.containsKey(command.getClass());
  }
}
