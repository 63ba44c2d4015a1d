package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.store.Query;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A processor that keeps rows of a read model. The rows and its checkpoint are committed in one
 * transaction, so that each event counts once. It sees events in the order of the store, in
 * batches. Immutable: each method returns a new value.
 *
 * @param <T> the transaction of its read model
 */
public final class Projection<T> {
  /** Most events in one transaction. */
  public static final int MAX_BATCH = 10_000;

  private static final int DEFAULT_BATCH = 2_000;

  private final String name;
  private final int version;
  private final ReadModel<T> readModel;
  private final List<Handling<T>> handlings;
  private final Tables<T> tables;
  private final ProcessorOptions options;
  private final boolean readsPersonal;

  /**
   * What is known of its tables.
   *
   * @param created whether it makes them itself
   * @param inPlace whether a new version takes the rows of the one before
   */
  private record Tables<T>(
      Work<T> creating, Work<T> clearing, List<String> shown, boolean created, boolean inPlace) {}

  /**
   * What happens on a type of events: to each, or to those of a batch together.
   *
   * @param subject only of forgotten subjects with this tag; null: all events of the type
   * @param each null when they are handled together
   * @param together null when each is handled
   */
  record Handling<T>(
      Class<?> type,
      @Nullable String subject,
      @Nullable RecordedHandler<Object, T> each,
      @Nullable BatchHandler<Object, T> together) {

    boolean isFor(Object event) {
      return type.isInstance(event)
          && (subject == null
              || (event instanceof SubjectForgotten forgotten
                  && forgotten.subject().name().equals(subject)));
    }
  }

  private Projection(
      String name,
      int version,
      ReadModel<T> readModel,
      List<Handling<T>> handlings,
      Tables<T> tables,
      ProcessorOptions options,
      boolean readsPersonal) {
    this.name = name;
    this.version = version;
    this.readModel = readModel;
    this.handlings = handlings;
    this.tables = tables;
    this.options = options;
    this.readsPersonal = readsPersonal;
  }

  /**
   * Begins a projection.
   *
   * @param name stable, unique among the context's processors
   * @param version raised when its rows mean something else: those of the new version are then made
   *     beside the old ones, which answer until the new ones are level; from 1
   */
  public static Unbound named(String name, int version) {
    if (name.isBlank() || version < 1) {
      throw new IllegalArgumentException(
          "a projection needs a name and a version from 1: '" + name + "', " + version);
    }
    return new Unbound(name, version);
  }

  /** A projection that has no read model yet. */
  public record Unbound(String name, int version) {
    /** Where its rows are kept. */
    public <T> Projection<T> into(ReadModel<T> readModel) {
      return new Projection<>(
          name,
          version,
          readModel,
          List.of(),
          new Tables<>(nothing -> {}, nothing -> {}, List.of(), false, false),
          ProcessorOptions.batchesOf(DEFAULT_BATCH),
          true);
    }
  }

  /** What is done within a transaction. */
  @FunctionalInterface
  public interface Work<T> {
    /** Does it; what it throws rolls back. */
    void run(T transaction) throws Exception;
  }

  /** What is done with an event. */
  @FunctionalInterface
  public interface Handler<V, T> {
    /** Changes rows; what it throws rolls the batch back, and it is tried again. */
    void handle(V event, T transaction) throws Exception;
  }

  /** What is done with an event, and what the store knows of it. */
  @FunctionalInterface
  public interface RecordedHandler<V, T> {
    /** Changes rows; what it throws rolls the batch back, and it is tried again. */
    void handle(Recorded<V> event, T transaction) throws Exception;
  }

  /** What is done with the events of a batch together. */
  @FunctionalInterface
  public interface BatchHandler<V, T> {
    /** Changes rows; what it throws rolls the batch back, and it is tried again. */
    void handle(List<Recorded<V>> events, T transaction) throws Exception;
  }

  /** Handles a type of events. */
  public <V> Projection<T> on(Class<V> type, Handler<V, T> handler) {
    return onRecorded(type, (event, transaction) -> handler.handle(event.event(), transaction));
  }

  /** Handles a type of events together with their position, time, tags and metadata. */
  public <V> Projection<T> onRecorded(Class<V> type, RecordedHandler<V, T> handler) {
    return handling(
        new Handling<>(
            type,
            null,
            (event, transaction) ->
                handler.handle(
                    new Recorded<>(type.cast(event.event()), event.stored()), transaction),
            null));
  }

  /**
   * Handles a type of events together, those of a batch at a time, in their order: to fold them in
   * memory and write each row once, where many events change few rows. Runs at the end of the
   * batch, after what is handled event by event.
   */
  public <V> Projection<T> onBatch(Class<V> type, BatchHandler<V, T> handler) {
    return handling(
        new Handling<>(
            type,
            null,
            null,
            (events, transaction) -> {
              List<Recorded<V>> typed = new ArrayList<>(events.size());
              for (Recorded<Object> event : events) {
                typed.add(new Recorded<>(type.cast(event.event()), event.stored()));
              }
              handler.handle(typed, transaction);
            }));
  }

  /**
   * Handles that somebody was forgotten: removes, or makes empty, what the rows tell of them. It
   * comes in its place among the events, also when the rows are made anew.
   *
   * @param subject of whom the personal values were, as in {@code customer}
   * @param handler gets the tag's value, as in {@code c-1}
   */
  public Projection<T> onForgotten(Tag<?> subject, Handler<String, T> handler) {
    return handling(
        new Handling<>(
            SubjectForgotten.class,
            subject.name(),
            (event, transaction) -> {
              if (event.event() instanceof SubjectForgotten forgotten) {
                handler.handle(forgotten.subject().value(), transaction);
              }
            },
            null));
  }

  /**
   * Keeps nothing of personal values, so that it need not be told when somebody is forgotten: its
   * handlers cannot read them.
   */
  public Projection<T> withoutPersonalValues() {
    return new Projection<>(name, version, readModel, handlings, tables, options, false);
  }

  /** Whether it keeps nothing that is forgotten with subjects of a tag, or is told of it. */
  boolean isTold(String subjectTag) {
    return !readsPersonal
        || handlings.stream()
            .anyMatch(handling ->
                handling.type().isAssignableFrom(SubjectForgotten.class)
                    && (handling.subject() == null || handling.subject().equals(subjectTag)));
  }

  private Projection<T> handling(Handling<T> handling) {
    List<Handling<T>> more = new ArrayList<>(handlings);
    more.add(handling);
    return new Projection<>(
        name, version, readModel, List.copyOf(more), tables, options, readsPersonal);
  }

  /**
   * Makes the tables, before the first event of each start; must bear tables that are there. Names
   * without a schema, here and in handlers and queries, are those of the version's own tables.
   */
  public Projection<T> creating(Work<T> creating) {
    return with(new Tables<>(creating, tables.clearing(), tables.shown(), true, tables.inPlace()));
  }

  /**
   * Removes all rows, for a reset, or a new version {@link #inPlace()}; runs after {@link
   * #creating}.
   */
  public Projection<T> clearing(Work<T> clearing) {
    return with(
        new Tables<>(
            tables.creating(), clearing, tables.shown(), tables.created(), tables.inPlace()));
  }

  /**
   * Has one set of tables for all its versions: a raised version clears the rows, and fills them
   * again while they are read. So it is also, without this, where tables cannot stand beside each
   * other: in a database other than H2 and PostgreSQL, or when they are not made by {@link
   * #creating}.
   */
  public Projection<T> inPlace() {
    return with(
        new Tables<>(tables.creating(), tables.clearing(), tables.shown(), tables.created(), true));
  }

  private Projection<T> with(Tables<T> other) {
    return new Projection<>(name, version, readModel, handlings, other, options, readsPersonal);
  }

  /**
   * Sets the most events in one transaction.
   *
   * @param events 1 to {@value #MAX_BATCH}; {@value #DEFAULT_BATCH} unless set
   */
  public Projection<T> batchesOf(int events) {
    if (events < 1 || events > MAX_BATCH) {
      throw new IllegalArgumentException(
          "a batch has 1 to " + MAX_BATCH + " events, not " + events);
    }
    return with(options.batch(events));
  }

  /**
   * Lets so much time pass between two batches while events trickle in, so that a batch has many of
   * them. It does not wait while it catches up in full batches, nor when somebody awaits it.
   *
   * @param atMost how much later rows may be; none unless set
   */
  public Projection<T> lingering(Duration atMost) {
    if (atMost.isNegative()) {
      throw new IllegalArgumentException("lingering must not be negative: " + atMost);
    }
    return with(options.linger(atMost));
  }

  /**
   * What is done about failures: attempts, waits, a time limit. When an event's attempts are used
   * up it is a dead letter, and what it is about is blocked; see {@link Processor#deadLetters()}.
   *
   * @param policy {@link Retry#DEFAULT} unless set
   */
  public Projection<T> retrying(Retry policy) {
    return with(options.retry(policy));
  }

  /**
   * Keeps all events in one order, and not only those with the same subject: an event that cannot
   * be handled stops it.
   */
  public Projection<T> inTotalOrder() {
    return with(options.ordering(new Ordering.Total()));
  }

  /**
   * Handles events of different keys beside each other, and those of one key in order. An event
   * with several values of the tag waits until it is the first of all of them; those without the
   * tag are one key of their own in each tenant. Handlers run on virtual threads, so that they may
   * block.
   *
   * <p>Rows and what is finished are committed together here too, so that each event counts once.
   * Handlers of different keys run in transactions beside each other: rows that they share are for
   * the database to protect.
   *
   * @param tag that the events have
   */
  public Projection<T> keyedBy(Tag<?> tag) {
    return with(options.ordering(new Ordering.ByTag(tag.name())));
  }

  /**
   * Lets the number of handlers that run at the same time follow how long they take and how many
   * fail, when it is {@link #keyedBy}; so it is unless {@link #concurrency} fixes it. It is seen in
   * the {@link ProcessorStatus}, and can be fixed for a while with {@link
   * Processor#fixConcurrency}.
   *
   * @param most handlers, 1 to {@value ProcessorOptions#MAX_CONCURRENCY}; {@value
   *     ProcessorOptions#DEFAULT_CONCURRENCY} unless set
   */
  public Projection<T> adaptingConcurrency(int most) {
    return with(options.adaptingUpTo(most));
  }

  /**
   * Stops while what its handlers call is away; processors that call the same share the breaker.
   * Module {@code resilience4j} makes one.
   */
  public Projection<T> through(CircuitBreaker breaker) {
    return with(options.through(breaker));
  }

  /** Runs its handlers, or batches, within a limit that it shares with other processors. */
  public Projection<T> within(Bulkhead bulkhead) {
    return with(options.within(bulkhead));
  }

  /**
   * Fixes how many handlers run at the same time, when it is {@link #keyedBy}. A database may allow
   * fewer: a {@link dev.millrace.core.readmodel.JdbcReadModel} has {@value
   * dev.millrace.core.readmodel.JdbcReadModel#MAX_CONNECTIONS} connections.
   *
   * @param handlers 1 to {@value ProcessorOptions#MAX_CONCURRENCY}
   */
  public Projection<T> concurrency(int handlers) {
    return with(options.concurrency(handlers));
  }

  /**
   * Stops rather than have more dead letters than this, or a larger share of the latest {@value
   * RecentOutcomes#RECENT} events among them: so much does not fail for the events' sake.
   *
   * @param deadLetters 0 to {@value ProcessorOptions#MAX_BLOCKED}; {@value
   *     ProcessorOptions#DEFAULT_BLOCKED} unless set
   * @param share 0 to 1; {@value ProcessorOptions#DEFAULT_FAILED} unless set. Fewer than {@value
   *     RecentOutcomes#FEWEST_FAILED} failures are no share
   */
  public Projection<T> stoppingAbove(int deadLetters, double share) {
    return with(options.stoppingAbove(deadLetters, share));
  }

  private Projection<T> with(ProcessorOptions other) {
    return new Projection<>(name, version, readModel, handlings, tables, other, readsPersonal);
  }

  /**
   * Shows tables to those who look at the read model from outside, the most important first.
   *
   * @param tables as the database knows them; they are trusted, and must not come from a request
   */
  public Projection<T> showing(String... tables) {
    return with(
        new Tables<>(
            this.tables.creating(),
            this.tables.clearing(),
            List.of(tables),
            this.tables.created(),
            this.tables.inPlace()));
  }

  /** The tables that can be looked at from outside. */
  public List<String> shown() {
    return tables.shown();
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Its version. */
  public int version() {
    return version;
  }

  ReadModel<T> readModel() {
    return readModel;
  }

  @SuppressWarnings("ReferenceEquality") // the same database, not an equal one
  boolean isInto(ReadModel<?> other) {
    return readModel == other;
  }

  Work<T> creating() {
    return tables.creating();
  }

  Work<T> clearing() {
    return tables.clearing();
  }

  /** Whether rows of this version stand beside those of others. */
  boolean standsBeside() {
    return !tables.inPlace() && readModel.keepsVersions(tables.created());
  }

  ProcessorOptions options() {
    return options;
  }

  /** Handles the events of a batch, each by the first handling for its class. */
  void handle(List<Recorded<Object>> events, T transaction) throws Exception {
    handle(events, transaction, index -> {});
  }

  /**
   * The same.
   *
   * @param inHand is told which event is handled next; {@link EventFailure#UNKNOWN}: several are
   */
  void handle(List<Recorded<Object>> events, T transaction, IntConsumer inHand) throws Exception {
    if (readsPersonal) {
      handleAll(events, transaction, inHand);
      return;
    }
    Carrying.calling(
        "projection '" + name + "', which keeps no personal values",
        () -> {
          handleAll(events, transaction, inHand);
          return "done";
        });
  }

  private void handleAll(List<Recorded<Object>> events, T transaction, IntConsumer inHand)
      throws Exception {
    Map<Handling<T>, List<Recorded<Object>>> together = new LinkedHashMap<>();
    int index = 0;
    for (Recorded<Object> event : events) {
      inHand.accept(index++);
      Handling<T> handling = handling(event.event());
      if (handling != null && handling.each() != null) {
        handling.each().handle(event, transaction);
      } else if (handling != null) {
        together.computeIfAbsent(handling, first -> new ArrayList<>()).add(event);
      }
    }
    for (Map.Entry<Handling<T>, List<Recorded<Object>>> one : together.entrySet()) {
      BatchHandler<Object, T> handler = one.getKey().together();
      if (handler != null) {
        inHand.accept(EventFailure.UNKNOWN);
        handler.handle(one.getValue(), transaction);
      }
    }
  }

  private @Nullable Handling<T> handling(Object event) {
    for (Handling<T> handling : handlings) {
      if (handling.isFor(event)) {
        return handling;
      }
    }
    return null;
  }

  Query query(EventCatalog catalog) {
    List<Class<?>> types = new ArrayList<>();
    handlings.forEach(handling -> types.add(handling.type()));
    return ProcessorQuery.of("projection '" + name + "'", types, catalog);
  }
}
