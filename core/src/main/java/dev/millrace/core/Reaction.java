package dev.millrace.core;

import dev.millrace.core.processing.Retry;
import dev.millrace.core.store.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * A processor that answers events with commands. A command's id is made of the reaction's name, the
 * event's id and its ordinal, so that a command that was accepted is not accepted twice, whatever
 * crashes; one that was rejected, or accepted without events, may be decided again after a crash.
 * Handlers are pure: they say which commands, the platform sends them, in order, before it goes on;
 * personal values they pass on unread. Immutable: each method returns a new value.
 */
public final class Reaction {
  /** Most commands for one event. */
  public static final int MAX_COMMANDS = 1_000;

  private static final int BATCH = 256;

  private final String name;
  private final boolean onlyNew;
  private final List<Handling> handlings;
  private final ProcessorOptions options;

  /** What happens on a type of events. */
  record Handling(Class<?> type, Handler<Object> handler) {}

  private Reaction(
      String name, boolean onlyNew, List<Handling> handlings, ProcessorOptions options) {
    this.name = name;
    this.onlyNew = onlyNew;
    this.handlings = handlings;
    this.options = options;
  }

  /**
   * Begins a reaction.
   *
   * @param name stable, unique among the context's processors: it stands in the ids of its commands
   */
  public static Reaction named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a reaction needs a name");
    }
    return new Reaction(name, false, List.of(), ProcessorOptions.batchesOf(BATCH));
  }

  /** What is done with an event. */
  @FunctionalInterface
  public interface Handler<V> {
    /** Says which commands follow from an event. */
    void handle(Recorded<V> event, Commands commands) throws Exception;
  }

  /** What is done with an event, when only its data counts. */
  @FunctionalInterface
  public interface PlainHandler<V> {
    /** Says which commands follow from an event. */
    void handle(V event, Commands commands) throws Exception;
  }

  /** Collects the commands that follow from an event. */
  public interface Commands {
    /**
     * Adds a command.
     *
     * @throws IllegalStateException beyond {@value Reaction#MAX_COMMANDS} commands
     */
    void send(Command<?> command);
  }

  /** Handles a type of events. */
  public <V> Reaction on(Class<V> type, PlainHandler<V> handler) {
    return onRecorded(type, (event, commands) -> handler.handle(event.event(), commands));
  }

  /** Handles a type of events together with their position, time, tags and metadata. */
  public <V> Reaction onRecorded(Class<V> type, Handler<V> handler) {
    List<Handling> more = new ArrayList<>(handlings);
    more.add(
        new Handling(
            type,
            (event, commands) ->
                handler.handle(
                    new Recorded<>(type.cast(event.event()), event.stored()), commands)));
    return new Reaction(name, onlyNew, List.copyOf(more), options);
  }

  /**
   * Begins at the head of the store when it is started for the first time, not at its beginning.
   */
  public Reaction onlyNew() {
    return new Reaction(name, true, handlings, options);
  }

  /** What is done about failures; see {@link Projection#retrying}. */
  public Reaction retrying(Retry policy) {
    return with(options.retry(policy));
  }

  /** Keeps all events in one order; see {@link Projection#inTotalOrder}. */
  public Reaction inTotalOrder() {
    return with(options.ordering(new Ordering.Total()));
  }

  /**
   * Answers events of different keys beside each other; see {@link Projection#keyedBy}. After a
   * crash the commands of the events that were not finished below all others are sent again, with
   * the same ids.
   */
  public Reaction keyedBy(Tag<?> tag) {
    return with(options.ordering(new Ordering.ByTag(tag.name())));
  }

  /** Lets that number adapt, up to a bound; see {@link Projection#adaptingConcurrency}. */
  public Reaction adaptingConcurrency(int most) {
    return with(options.adaptingUpTo(most));
  }

  /**
   * Stops while what its handlers call is away; processors that call the same share the breaker.
   * Module {@code resilience4j} makes one.
   */
  public Reaction through(CircuitBreaker breaker) {
    return with(options.through(breaker));
  }

  /** Runs within a limit that it shares with other processors. */
  public Reaction within(Bulkhead bulkhead) {
    return with(options.within(bulkhead));
  }

  /** Fixes how many events are answered at the same time; see {@link Projection#concurrency}. */
  public Reaction concurrency(int handlers) {
    return with(options.concurrency(handlers));
  }

  /** Stops rather than have more dead letters; see {@link Projection#stoppingAbove}. */
  public Reaction stoppingAbove(int deadLetters, double share) {
    return with(options.stoppingAbove(deadLetters, share));
  }

  private Reaction with(ProcessorOptions other) {
    return new Reaction(name, onlyNew, handlings, other);
  }

  ProcessorOptions options() {
    return options;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  boolean isOnlyNew() {
    return onlyNew;
  }

  /** The commands that follow from an event. */
  List<Command<?>> commandsFor(Object event, Recorded<Object> recorded) throws Exception {
    List<Command<?>> commands = new ArrayList<>();
    for (Handling handling : handlings) {
      if (handling.type().isInstance(event)) {
        handling.handler().handle(recorded, command -> add(commands, command));
        break;
      }
    }
    return commands;
  }

  private void add(List<Command<?>> commands, Command<?> command) {
    if (commands.size() >= MAX_COMMANDS) {
      throw new IllegalStateException(
          "reaction '" + name + "' answers one event with more than " + MAX_COMMANDS + " commands");
    }
    commands.add(command);
  }

  /** Whether it does something on events of this name. */
  boolean handles(String type, EventCatalog catalog) {
    return handlings.stream().anyMatch(one -> catalog.namesOf(one.type()).contains(type));
  }

  Query query(EventCatalog catalog) {
    List<Class<?>> types = new ArrayList<>();
    handlings.forEach(handling -> types.add(handling.type()));
    return ProcessorQuery.of("reaction '" + name + "'", types, catalog);
  }
}
