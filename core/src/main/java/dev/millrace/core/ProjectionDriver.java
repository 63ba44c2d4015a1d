package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.readmodel.SlotCheckpoints;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
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
  public ProcessorOptions options() {
    return projection.options();
  }

  @Override
  public CompletableFuture<Progress> start() {
    return inTransaction(transaction -> {
      projection.creating().run(transaction);
      ReadModel<T> readModel = projection.readModel();
      Optional<Checkpoint> found = readModel.checkpoint(transaction, context.name(), name());
      if (found.isEmpty()) {
        return begin(transaction);
      }
      checkIsOurs(found.get());
      if (found.get().version() != version()) {
        return clear(transaction);
      }
      List<BlockedKey> blocked = new ArrayList<>();
      for (String document : readModel.blocked(transaction, context.name(), name())) {
        blocked.add(BlockedKeyDocument.read(document));
      }
      return new Progress(
          found.get().position(), blocked, slots(found.get().position(), transaction));
    });
  }

  /** How far the slots are; made when there are none of this kind. */
  private List<SlotCheckpoint> slots(long position, T transaction) throws Exception {
    String ordering = options().ordering().text();
    SlotCheckpoints kept = projection.readModel().slots(transaction, checkpoint(position));
    List<SlotCheckpoint> slots = kept.slots();
    if (!kept.ordering().equals(ordering)) {
      if (slots.stream().anyMatch(slot -> slot.furthest() > position)) {
        throw new StoreMismatchException(
            "projection '"
                + name()
                + "' of context '"
                + context.name()
                + "' has handled some events after position "
                + position
                + " in lanes of another ordering ("
                + kept.ordering()
                + "). Let the program that did so become level and end, or raise the projection's"
                + " version, or reset it");
      }
      slots = List.of();
    }
    if (slots.isEmpty() && options().ordering().isParallel()) {
      projection.readModel().makeSlots(transaction, checkpoint(position), ordering, KeySlots.SLOTS);
    }
    return slots;
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
  public CompletableFuture<ProgressChange> handle(Part part, Tracing.Handling spans) {
    Attempt attempt = new Attempt(name(), scheduler, options().retry().timeLimit().orElse(null));
    List<RecordedEvent> events = part.events();
    return attempt.run(() ->
        events.size() < DECODE_APART
            ? inTransaction(
                transaction -> handle(decode(events, 0), part.change(), attempt, transaction))
            : decodeApart(events)
                .thenCompose(decoded ->
                    inTransaction(
                        transaction -> handle(decoded, part.change(), attempt, transaction))));
  }

  private ProgressChange handle(
      List<Recorded<Object>> events, ProgressChange change, Attempt attempt, T transaction)
      throws Exception {
    projection.handle(events, transaction, attempt::at);
    attempt.committing();
    return save(change, transaction);
  }

  @Override
  public CompletableFuture<ProgressChange> save(ProgressChange change) {
    return inTransaction(transaction -> save(change, transaction));
  }

  private ProgressChange save(ProgressChange change, T transaction) throws Exception {
    ReadModel<T> readModel = projection.readModel();
    for (BlockedKey key : change.blocked()) {
      readModel.saveBlocked(
          transaction, context.name(), name(), key.id(), BlockedKeyDocument.write(key));
    }
    for (OrderingKey key : change.freed()) {
      readModel.saveBlocked(transaction, context.name(), name(), BlockedKey.idOf(key), null);
    }
    for (SlotCheckpoint finished : change.finished()) {
      readModel.finish(transaction, checkpoint(0), finished);
    }
    if (change.position() != ProgressChange.SAME) {
      readModel.save(transaction, checkpoint(change.position()));
    }
    return change;
  }

  private List<Recorded<Object>> decode(List<RecordedEvent> events, int first) {
    List<Recorded<Object>> decoded = new ArrayList<>(events.size());
    for (RecordedEvent stored : events) {
      try {
        decoded.add(new Recorded<>(context.readEvent(stored), stored));
      } catch (RuntimeException unreadable) {
        throw new EventFailure(first + decoded.size(), unreadable);
      }
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
      int first = from;
      CompletableFuture<List<Recorded<Object>>> decoded =
          scheduler.call("decode for " + name(), () -> decode(some, first));
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
  public CompletableFuture<Progress> reset() {
    return inTransaction(transaction -> {
      projection.creating().run(transaction);
      return clear(transaction);
    });
  }

  private Progress clear(T transaction) throws Exception {
    projection.clearing().run(transaction);
    projection.readModel().forgetProgress(transaction, context.name(), name());
    return begin(transaction);
  }

  private Progress begin(T transaction) throws Exception {
    projection.readModel().save(transaction, checkpoint(0));
    if (options().ordering().isParallel()) {
      projection
          .readModel()
          .makeSlots(transaction, checkpoint(0), options().ordering().text(), KeySlots.SLOTS);
    }
    return Progress.at(0);
  }

  private <V> CompletableFuture<V> inTransaction(ReadModel.Work<T, V> work) {
    return scheduler.call("projection " + name(), () -> projection.readModel().transact(work));
  }

  private Checkpoint checkpoint(long position) {
    return new Checkpoint(context.name(), name(), version(), store, position);
  }
}
