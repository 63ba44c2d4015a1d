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
  public CompletableFuture<Long> handle(List<RecordedEvent> events, long upTo) {
    return inTransaction(transaction -> {
      List<Recorded<Object>> read = new ArrayList<>(events.size());
      for (RecordedEvent stored : events) {
        read.add(new Recorded<>(context.readEvent(stored), stored));
      }
      projection.handle(read, transaction);
      projection.readModel().save(transaction, checkpoint(upTo));
      return upTo;
    });
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
