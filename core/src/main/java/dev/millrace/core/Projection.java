package dev.millrace.core;

import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.store.Query;
import java.util.ArrayList;
import java.util.List;
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
  private final Work<T> creating;
  private final Work<T> clearing;
  private final int batch;

  /** What happens on a type of events. */
  record Handling<T>(Class<?> type, RecordedHandler<Object, T> handler) {}

  private Projection(
      String name,
      int version,
      ReadModel<T> readModel,
      List<Handling<T>> handlings,
      Work<T> creating,
      Work<T> clearing,
      int batch) {
    this.name = name;
    this.version = version;
    this.readModel = readModel;
    this.handlings = handlings;
    this.creating = creating;
    this.clearing = clearing;
    this.batch = batch;
  }

  /**
   * Begins a projection.
   *
   * @param name stable, unique among the context's processors
   * @param version raised when its rows mean something else: they are then cleared and made again;
   *     from 1
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
          name, version, readModel, List.of(), nothing -> {}, nothing -> {}, DEFAULT_BATCH);
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

  /** Handles a type of events. */
  public <V> Projection<T> on(Class<V> type, Handler<V, T> handler) {
    return onRecorded(type, (event, transaction) -> handler.handle(event.event(), transaction));
  }

  /** Handles a type of events together with their position, time, tags and metadata. */
  public <V> Projection<T> onRecorded(Class<V> type, RecordedHandler<V, T> handler) {
    List<Handling<T>> more = new ArrayList<>(handlings);
    more.add(
        new Handling<>(
            type,
            (event, transaction) ->
                handler.handle(
                    new Recorded<>(type.cast(event.event()), event.stored()), transaction)));
    return new Projection<>(name, version, readModel, List.copyOf(more), creating, clearing, batch);
  }

  /** Makes the tables, before the first event of each start; must bear tables that are there. */
  public Projection<T> creating(Work<T> creating) {
    return new Projection<>(name, version, readModel, handlings, creating, clearing, batch);
  }

  /** Removes all rows, for a reset or a new version; runs after {@link #creating}. */
  public Projection<T> clearing(Work<T> clearing) {
    return new Projection<>(name, version, readModel, handlings, creating, clearing, batch);
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
    return new Projection<>(name, version, readModel, handlings, creating, clearing, events);
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

  Work<T> creating() {
    return creating;
  }

  Work<T> clearing() {
    return clearing;
  }

  int batch() {
    return batch;
  }

  /** The first handler for an event's class. */
  @Nullable RecordedHandler<Object, T> handler(Object event) {
    for (Handling<T> handling : handlings) {
      if (handling.type().isInstance(event)) {
        return handling.handler();
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
