package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Runs a {@link Projection}: rows and checkpoint in one transaction. */
final class ProjectionDriver<T> implements ProcessorDriver {
  private static final int DECODE_APART = 2_000;
  private static final int DECODE_PARTS = 4;

  private final Context context;
  private final Projection<T> projection;
  private final StoreIdentity store;
  private final long head;
  private final Scheduler scheduler;

  /**
   * Makes a driver.
   *
   * @param head the store's head at the start: no checkpoint can be beyond it
   */
  ProjectionDriver(
      Context context,
      Projection<T> projection,
      StoreIdentity store,
      long head,
      Scheduler scheduler) {
    this.context = context;
    this.projection = projection;
    this.store = store;
    this.head = head;
    this.scheduler = scheduler;
  }

  @Override
  public String name() {
    return projection.name();
  }

  @Override
  public ProcessorStatus.Kind kind() {
    return ProcessorStatus.Kind.PROJECTION;
  }

  @Override
  public int version() {
    return projection.version();
  }

  @Override
  public Query query() {
    return projection.query(context.catalog());
  }

  @Override
  public int batch() {
    return projection.batch();
  }

  @Override
  public Duration linger() {
    return projection.linger();
  }

  @Override
  public CompletableFuture<Long> start() {
    return inTransaction(transaction -> {
      projection.creating().run(transaction);
      ReadModel<T> readModel = projection.readModel();
      Optional<Checkpoint> found = readModel.checkpoint(transaction, context.name(), name());
      if (found.isEmpty()) {
        readModel.save(transaction, checkpoint(0));
        return 0L;
      }
      checkIsOurs(found.get());
      if (found.get().version() == version()) {
        return found.get().position();
      }
      projection.clearing().run(transaction);
      readModel.save(transaction, checkpoint(0));
      return 0L;
    });
  }

  private void checkIsOurs(Checkpoint found) {
    if (!found.store().equals(store) || found.position() > head) {
      throw new StoreMismatchException(
          "projection '"
              + name()
              + "' of context '"
              + context.name()
              + "': its checkpoint is at position "
              + found.position()
              + " of store "
              + found.store()
              + ", but this is store "
              + store
              + " with head "
              + head
              + ". Open the store that it belongs to, or reset the projection to fill it from this"
              + " store");
    }
    if (found.version() > version()) {
      throw new StoreMismatchException(
          "projection '"
              + name()
              + "' of context '"
              + context.name()
              + "': its rows were made by version "
              + found.version()
              + ", but this program has version "
              + version()
              + ". Run the newer program, or reset the projection");
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public CompletableFuture<Long> handle(
      List<RecordedEvent> events, long upTo, Tracing.Handling spans) {
    return events.size() < DECODE_APART
        ? inTransaction(transaction -> handle(decode(events), upTo, transaction))
        : decodeApart(events)
            .thenCompose(
                decoded -> inTransaction(transaction -> handle(decoded, upTo, transaction)));
  }

  private Long handle(List<Recorded<Object>> events, long upTo, T transaction) throws Exception {
    projection.handle(events, transaction);
    projection.readModel().save(transaction, checkpoint(upTo));
    return upTo;
  }

  private List<Recorded<Object>> decode(List<RecordedEvent> events) {
    List<Recorded<Object>> decoded = new ArrayList<>(events.size());
    for (RecordedEvent stored : events) {
      decoded.add(new Recorded<>(context.readEvent(stored), stored));
    }
    return decoded;
  }

  /** Reading data is half of the work of a replay: large batches are read on several cores. */
  private CompletableFuture<List<Recorded<Object>>> decodeApart(List<RecordedEvent> events) {
    int part = (events.size() + DECODE_PARTS - 1) / DECODE_PARTS;
    CompletableFuture<List<Recorded<Object>>> all =
        CompletableFuture.completedFuture(new ArrayList<>(events.size()));
    for (int from = 0; from < events.size(); from += part) {
      List<RecordedEvent> some = events.subList(from, Math.min(events.size(), from + part));
      CompletableFuture<List<Recorded<Object>>> decoded =
          scheduler.call("decode for " + name(), () -> decode(some));
      all =
          all.thenCombine(
              decoded,
              (before, next) -> {
                before.addAll(next);
                return before;
              });
    }
    return all;
  }

  @Override
  public CompletableFuture<Long> reset() {
    return inTransaction(transaction -> {
      projection.creating().run(transaction);
      projection.clearing().run(transaction);
      projection.readModel().save(transaction, checkpoint(0));
      return 0L;
    });
  }

  private <V> CompletableFuture<V> inTransaction(ReadModel.Work<T, V> work) {
    return scheduler.call("projection " + name(), () -> projection.readModel().transact(work));
  }

  private Checkpoint checkpoint(long position) {
    return new Checkpoint(context.name(), name(), version(), store, position);
  }
}
