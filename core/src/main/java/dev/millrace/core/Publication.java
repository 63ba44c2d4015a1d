package dev.millrace.core;

import dev.millrace.core.channel.Capability;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.store.Query;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A processor that publishes: from each event it makes the public messages of a logical channel,
 * which {@link Millrace.Builder#channel} binds to a broker. The store is the outbox: nothing is
 * written twice, and the checkpoint moves only when the broker has confirmed. At least once; a
 * message's id is made of the event's id and its ordinal, so that who receives it twice can tell.
 * Immutable: each method returns a new value.
 */
public final class Publication {
  /** Most messages from one event. */
  public static final int MAX_MESSAGES = 1_000;

  private static final int BATCH = 1_024;

  private final String name;
  private final String channel;
  private final @Nullable String source;
  private final boolean onlyNew;
  private final boolean ordered;
  private final List<Mapping> mappings;
  private final ProcessorOptions options;

  /** What is said about a type of events. */
  private record Mapping(Class<?> type, Handler<Object> handler) {}

  /** A message as the mapping says it. */
  record Said(String type, @Nullable String key, Object data) {}

  private Publication(
      String name,
      String channel,
      @Nullable String source,
      boolean onlyNew,
      boolean ordered,
      List<Mapping> mappings,
      ProcessorOptions options) {
    this.name = name;
    this.channel = channel;
    this.source = source;
    this.onlyNew = onlyNew;
    this.ordered = ordered;
    this.mappings = mappings;
    this.options = options;
  }

  /**
   * Begins a publication.
   *
   * @param name stable, unique among the context's processors
   */
  public static Named named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a publication needs a name");
    }
    return new Named(name);
  }

  /** A publication that has no channel yet. */
  public record Named(String name) {
    /** The logical channel that it publishes on. */
    public Publication to(String channel) {
      if (channel.isBlank()) {
        throw new IllegalArgumentException("publication '" + name + "' needs a channel's name");
      }
      return new Publication(
          name, channel, null, false, true, List.of(), ProcessorOptions.batchesOf(BATCH));
    }
  }

  /** Makes messages of an event. */
  @FunctionalInterface
  public interface Handler<V> {
    /** Says which messages follow from an event. */
    void handle(Recorded<V> event, Messages messages) throws Exception;
  }

  /** Makes messages of an event, when only its data counts. */
  @FunctionalInterface
  public interface PlainHandler<V> {
    /** Says which messages follow from an event. */
    void handle(V event, Messages messages) throws Exception;
  }

  /** Collects the messages that follow from an event. */
  public interface Messages {
    /**
     * Adds a message about what the event is about: its key is the value of the event's subject.
     *
     * @param type what it tells of, by a stable name
     * @param data a record, made for the public, not the event itself
     * @throws IllegalStateException beyond {@value Publication#MAX_MESSAGES} messages
     */
    void publish(String type, Object data);

    /**
     * Adds a message with another key. Messages with one key are published in the order of their
     * events as long as none of those is a dead letter.
     */
    void publish(String type, String key, Object data);
  }

  /** Publishes on a type of events. */
  public <V> Publication on(Class<V> type, PlainHandler<V> handler) {
    return onRecorded(type, (event, messages) -> handler.handle(event.event(), messages));
  }

  /** Publishes on a type of events, with their position, time, tags and metadata. */
  public <V> Publication onRecorded(Class<V> type, Handler<V> handler) {
    List<Mapping> more = new ArrayList<>(mappings);
    more.add(
        new Mapping(
            type,
            (event, messages) ->
                handler.handle(
                    new Recorded<>(type.cast(event.event()), event.stored()), messages)));
    return new Publication(name, channel, source, onlyNew, ordered, List.copyOf(more), options);
  }

  /**
   * Says who publishes, as CloudEvents' {@code source}: stable, for receivers tell messages apart
   * by it; {@code /} and the context's name unless set.
   */
  public Publication from(String source) {
    return new Publication(name, channel, source, onlyNew, ordered, mappings, options);
  }

  /** Begins at the head of the store when it is started for the first time. */
  public Publication onlyNew() {
    return new Publication(name, channel, source, true, ordered, mappings, options);
  }

  /** Takes a channel that may deliver messages of one key in another order. */
  public Publication withoutOrder() {
    return new Publication(name, channel, source, onlyNew, false, mappings, options);
  }

  /** What is done about failures; see {@link Projection#retrying}. */
  public Publication retrying(Retry policy) {
    return with(options.retry(policy));
  }

  /** Keeps all events in one order; see {@link Projection#inTotalOrder}. */
  public Publication inTotalOrder() {
    return with(options.ordering(new Ordering.Total()));
  }

  /** Stops rather than have more dead letters; see {@link Projection#stoppingAbove}. */
  public Publication stoppingAbove(int deadLetters, double share) {
    return with(options.stoppingAbove(deadLetters, share));
  }

  private Publication with(ProcessorOptions other) {
    return new Publication(name, channel, source, onlyNew, ordered, mappings, other);
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** The logical channel that it publishes on. */
  public String channel() {
    return channel;
  }

  boolean isOnlyNew() {
    return onlyNew;
  }

  String sourceIn(String context) {
    return source == null ? "/" + context : source;
  }

  ProcessorOptions options() {
    return options;
  }

  /** What it asks of its channel. */
  Set<Capability> needs() {
    return ordered ? Set.of(Capability.ORDER_PER_KEY) : Set.of();
  }

  /** The messages that follow from an event. */
  List<Said> messagesFor(Recorded<Object> recorded) throws Exception {
    List<Said> said = new ArrayList<>();
    for (Mapping mapping : mappings) {
      if (mapping.type().isInstance(recorded.event())) {
        mapping.handler().handle(recorded, new Saying(said));
        break;
      }
    }
    return said;
  }

  private final class Saying implements Messages {
    private final List<Said> said;

    Saying(List<Said> said) {
      this.said = said;
    }

    @Override
    public void publish(String type, Object data) {
      add(new Said(type, null, data));
    }

    @Override
    public void publish(String type, String key, Object data) {
      add(new Said(type, key, data));
    }

    private void add(Said one) {
      if (said.size() >= MAX_MESSAGES) {
        throw new IllegalStateException(
            "publication '" + name + "' makes more than " + MAX_MESSAGES + " messages of an event");
      }
      if (PersonalComponents.in(one.data().getClass())) {
        throw new IllegalStateException(
            "publication '"
                + name
                + "' would publish "
                + one.data().getClass().getSimpleName()
                + ", which has personal components; what has left cannot be forgotten. Publish a"
                + " record without them");
      }
      said.add(one);
    }
  }

  Query query(EventCatalog catalog) {
    List<Class<?>> types = new ArrayList<>();
    mappings.forEach(mapping -> types.add(mapping.type()));
    return ProcessorQuery.of("publication '" + name + "'", types, catalog);
  }
}
