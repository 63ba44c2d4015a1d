package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.Fences;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.readmodel.SlotCheckpoints;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Runs a {@link Projection}: rows and checkpoint in one transaction. */
final class ProjectionDriver<T> implements ProcessorDriver {
  private static final int DECODE_APART = 2_000;
  private static final int DECODE_PARTS = 4;

  private final Context context;
  private final Projection<T> projection;
  private final ProjectionVersions<T> versions;
  private final EventStore events;
  private final StoreIdentity store;
  private final Scheduler scheduler;
  private final @Nullable ShareFences<T> fences;
  private volatile Grant grant = Grant.EVERYTHING;
  private volatile RowsVersion rows;
  private volatile ProjectionProgress<T> progress;

  /** What drivers of one context share. */
  record Surroundings(Context context, EventStore store, Scheduler scheduler) {}

  ProjectionDriver(
      Projection<T> projection, ProjectionVersions<T> versions, Surroundings surroundings) {
    this.context = surroundings.context();
    this.projection = projection;
    this.versions = versions;
    this.events = surroundings.store();
    this.store = events.identity();
    this.scheduler = surroundings.scheduler();
    this.rows =
        RowsVersion.inPlace(
            context.name(), projection.name(), projection.version(), projection.shown());
    this.fences =
        projection
            .readModel()
            .fences()
            .map(found -> new ShareFences<>(found, context.name(), versions.leaseName(projection)))
            .orElse(null);
    this.progress = new ProjectionProgress<>(projection.readModel(), checkpoint(0));
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
  public String leaseName() {
    return versions.leaseName(projection);
  }

  @Override
  public int shares() {
    if (fences == null) {
      return 0;
    }
    return options().ordering() instanceof Ordering.ByTag by
            && !context.catalog().mayHaveSeveral(by.tag())
        ? KeySlots.SHARES
        : 1;
  }

  @Override
  public CompletableFuture<Progress> start(Grant granted) {
    grant = granted;
    return scheduler
        .call(
            "projection " + name(),
            () -> {
              rows = versions.open(projection);
              progress = new ProjectionProgress<>(projection.readModel(), checkpoint(0));
              return projection
                  .readModel()
                  .transact(rows, transaction -> start(granted, transaction));
            })
        .thenApply(begun -> {
          progress.begins(begun.position());
          return begun;
        });
  }

  private Progress start(Grant granted, T transaction) throws Exception {
    projection.creating().run(transaction);
    ReadModel<T> readModel = projection.readModel();
    Optional<Checkpoint> found =
        granted.isEverything() // waits for a commit that got no answer; fences do so for shares
            ? readModel.checkpointForUpdate(transaction, context.name(), progressName())
            : readModel.checkpoint(transaction, context.name(), progressName());
    List<Fences.Fence> mine =
        granted.isEverything()
            ? List.of()
            : shared()
                .takeOver(
                    transaction,
                    granted,
                    shares(),
                    () ->
                        readModel
                            .checkpoint(transaction, context.name(), progressName())
                            .map(Checkpoint::position)
                            .orElse(0L));
    if (!granted.isEverything()) { // those of before are kept out now: what stands here is true
      found = readModel.checkpoint(transaction, context.name(), progressName());
    }
    if (found.isEmpty()) {
      return begin(transaction);
    }
    checkIsOurs(found.get());
    if (found.get().version() != version()) {
      return clear(transaction, granted);
    }
    List<BlockedKey> blocked = new ArrayList<>();
    for (String document : readModel.blocked(transaction, context.name(), progressName())) {
      BlockedKey key = BlockedKeyDocument.read(document);
      if (granted.has(shareOf(key.key()))) {
        blocked.add(key);
      }
    }
    long position = found.get().position();
    List<SlotCheckpoint> slots = slots(position, transaction);
    return shares() > 1 && !granted.isEverything()
        ? SharedSlots.progress(mine, blocked, slots)
        : new Progress(position, blocked, slots);
  }

  private String progressName() {
    return rows.progressName();
  }

  @Override
  public boolean isBuilding() {
    return rows.state() == RowsVersion.State.BUILDING;
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  public CompletableFuture<Boolean> becomeLive(long examined) {
    CompletableFuture<Boolean> allAreLevel =
        grant.isEverything() || grant.shares().size() == shares()
            ? CompletableFuture.completedFuture(true)
            : passed().thenCompose(all -> scheduler.call("look", () -> has(all, examined)));
    return allAreLevel.thenCompose(level ->
        scheduler.call(
            "switch " + name(),
            () -> {
              boolean became = level && versions.becomeLive(rows, examined, this::holdsItsShares);
              rows = versions.standing(rows);
              return became;
            }));
  }

  private boolean has(Optional<Passed> all, long examined) {
    return all.isPresent() && all.get().reached(events, query(), examined) >= examined;
  }

  /**
   * How far its rows are on the way to a position, whoever works on them.
   *
   * @param transaction that holds the checkpoint, so that nobody resets them meanwhile
   */
  long reached(T transaction, RowsVersion of, long target) throws Exception {
    Optional<Passed> passed = passed(transaction, of);
    return passed.isEmpty() ? 0 : passed.get().reached(events, query(), target);
  }

  /** Whoever takes a share over, or resets it, waits until the transaction ends. */
  private boolean holdsItsShares(T transaction) throws Exception {
    if (!grant.isEverything()) {
      shared().check(transaction, grant, grant.shares(), Fences.Hold.MOVING);
    }
    return true;
  }

  @Override
  public CompletableFuture<Optional<Passed>> passed() {
    return inTransaction(transaction -> {
      rows = versions.standing(rows, transaction); // another process may have made them
      return passed(transaction, rows);
    });
  }

  private Optional<Passed> passed(T transaction, RowsVersion of) throws Exception {
    ReadModel<T> readModel = projection.readModel();
    Optional<Checkpoint> found =
        readModel.checkpoint(transaction, context.name(), of.progressName());
    if (found.isEmpty()
        || !found.get().store().equals(store)
        || found.get().version() != version()) {
      return Optional.empty();
    }
    boolean isParallel = options().ordering().isParallel();
    List<Fences.Fence> shares = shares() > 1 ? shared().all(transaction) : List.of();
    List<SlotCheckpoint> slots =
        isParallel ? readModel.slots(transaction, found.get()).slots() : List.<SlotCheckpoint>of();
    long position = found.get().position();
    boolean isDivided = isParallel && shares.size() == KeySlots.SHARES;
    return Optional.of(
        isParallel
            ? SharedSlots.passed(
                options().ordering(), isDivided ? shares : SharedSlots.undivided(position), slots)
            : Passed.upTo(position));
  }

  private ShareFences<T> shared() {
    return Objects.requireNonNull(fences, "only what is shared is granted in shares");
  }

  private int shareOf(OrderingKey key) {
    return shares() > 1 ? KeySlots.shareOf(KeySlots.slotOf(key)) : 0;
  }

  /** The shares in which something happens. */
  private Set<Integer> sharesOf(List<RecordedEvent> events, ProgressChange change) {
    if (shares() == 1) {
      return Set.of(0);
    }
    Set<Integer> shares = new TreeSet<>();
    for (RecordedEvent event : events) {
      options().ordering().keysOf(event).forEach(key -> shares.add(shareOf(key)));
    }
    change.blocked().forEach(key -> shares.add(shareOf(key.key())));
    change.freed().forEach(key -> shares.add(shareOf(key)));
    change.finished().forEach(slot -> shares.add(KeySlots.shareOf(slot.slot())));
    return shares;
  }

  /** Keeps out who comes later, until the transaction ends. */
  private void fence(
      List<RecordedEvent> events, ProgressChange change, Grant granted, T transaction)
      throws Exception {
    if (!granted.isEverything()) {
      Set<Integer> shares = sharesOf(events, change);
      if (!granted.shares().containsAll(shares)) {
        throw new StoreMismatchException(
            "projection '"
                + name()
                + "' of context '"
                + context.name()
                + "' has an event of several keys, in shares "
                + shares
                + " of its work, of which this process has "
                + granted.shares()
                + ": nobody could know whether it is its turn in the others. Say with Events.tags"
                + " that events have several values of the tag, so that one process has all of it;"
                + " or discard the dead letter at which a key waits for it");
      }
      if (!shares.isEmpty()) {
        shared().check(transaction, granted, shares, Fences.Hold.HANDLING);
      }
    }
  }

  private CompletableFuture<Progress> beginning(ReadModel.Work<T, Progress> work) {
    return inTransaction(work)
        .thenApply(begun -> {
          progress.begins(begun.position());
          return begun;
        });
  }

  /** How far the slots are; made when there are none of this kind. */
  private List<SlotCheckpoint> slots(long position, T transaction) throws Exception {
    String ordering = options().ordering().text();
    SlotCheckpoints kept =
        grant.isEverything()
            ? projection.readModel().slotsForUpdate(transaction, checkpoint(position))
            : projection.readModel().slots(transaction, checkpoint(position));
    List<SlotCheckpoint> slots = kept.slots();
    if (!kept.ordering().equals(ordering)) {
      if (!grant.isEverything() && !slots.isEmpty() && options().ordering().isParallel()) {
        throw anotherOrdering(kept.ordering(), ordering);
      }
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

  /** Processes with the old ordering may be at work, in lanes that are not those of this one. */
  private StoreMismatchException anotherOrdering(String before, String now) {
    return new StoreMismatchException(
        "projection '"
            + name()
            + "' of context '"
            + context.name()
            + "' is kept by "
            + before
            + ", and this program keeps it by "
            + now
            + ". Where several processes share a projection, another ordering needs a new version"
            + " of it: raise its version, so that processes with the old one leave it alone");
  }

  private void checkIsOurs(Checkpoint found) {
    long newest = events.head();
    if (!found.store().equals(store) || found.position() > newest) {
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
              + newest
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
    Grant granted = grant;
    return attempt.run(() ->
        (events.size() < DECODE_APART
                ? inTransaction(
                    events,
                    part.change(),
                    granted,
                    transaction ->
                        handle(decode(events, 0), part.change(), granted, attempt, transaction))
                : decodeApart(events)
                    .thenCompose(decoded ->
                        inTransaction(
                            events,
                            part.change(),
                            granted,
                            transaction ->
                                handle(decoded, part.change(), granted, attempt, transaction))))
            .thenApply(change -> {
              progress.committed(withoutShares(change, granted));
              return change;
            }));
  }

  private ProgressChange handle(
      List<Recorded<Object>> events,
      ProgressChange change,
      Grant granted,
      Attempt attempt,
      T transaction)
      throws Exception {
    attempt.begins();
    projection.handle(events, transaction, attempt::at);
    attempt.committing();
    try {
      progress.saveWithEvents(transaction, movedShares(change, granted, transaction));
    } catch (StoreMismatchException elsewhere) {
      attempt.commits(); // perhaps by an earlier attempt of this process
      throw elsewhere;
    }
    attempt.commits();
    return change;
  }

  @Override
  public CompletableFuture<ProgressChange> save(ProgressChange change) {
    Grant granted = grant;
    return inTransaction(
            List.of(),
            change,
            granted,
            transaction -> {
              progress.save(transaction, movedShares(change, granted, transaction));
              return change;
            })
        .whenComplete((saved, failure) -> {
          if (failure == null) {
            progress.committed(withoutShares(change, granted));
          } else {
            progress.notAnswered(withoutShares(change, granted));
          }
        });
  }

  @Override
  public CompletableFuture<Boolean> isSaved(ProgressChange change) {
    ProgressChange own = withoutShares(change, grant);
    return inTransaction(transaction -> progress.isSaved(transaction, own));
  }

  /** The checkpoint of a processor in shares is how far all are: others move it, too. */
  private ProgressChange withoutShares(ProgressChange change, Grant granted) {
    return shares() <= 1 || granted.isEverything()
        ? change
        : new ProgressChange(
            ProgressChange.SAME, change.blocked(), change.freed(), change.finished());
  }

  private ProgressChange movedShares(ProgressChange change, Grant granted, T transaction)
      throws Exception {
    ProgressChange own = withoutShares(change, granted);
    if (own.position() != change.position()) {
      long all = shared().save(transaction, granted, change.position());
      ReadModel<T> readModel = projection.readModel();
      long before = // others say so, too, and may have seen more
          readModel
              .checkpointForUpdate(transaction, context.name(), progressName())
              .map(Checkpoint::position)
              .orElse(-1L);
      if (all > before) {
        readModel.save(transaction, checkpoint(all));
      }
    }
    return own;
  }

  private List<Recorded<Object>> decode(List<RecordedEvent> events, int first) {
    List<Recorded<Object>> decoded = new ArrayList<>(events.size());
    for (RecordedEvent stored : events) {
      try {
        decoded.add(new Recorded<>(context.readEvent(stored), stored));
      } catch (RuntimeException unreadable) {
        throw EventFailure.ofReading(first + decoded.size(), unreadable);
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
  public CompletableFuture<Progress> reset(Grant granted) {
    return beginning(transaction -> {
      projection.creating().run(transaction);
      return clear(transaction, granted);
    });
  }

  private Progress clear(T transaction, Grant granted) throws Exception {
    if (!granted.isEverything()) {
      shared().reset(transaction, granted);
    }
    lock(transaction);
    projection.clearing().run(transaction);
    projection.readModel().forgetProgress(transaction, context.name(), progressName());
    return begin(transaction);
  }

  /** Waits for commits that got no answer: what they add is there, and is cleared with the rest. */
  private void lock(T transaction) throws Exception {
    ReadModel<T> readModel = projection.readModel();
    Optional<Checkpoint> kept =
        readModel.checkpointForUpdate(transaction, context.name(), progressName());
    if (kept.isPresent()) {
      var unused = readModel.slotsForUpdate(transaction, kept.get());
    }
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
    return scheduler.call(
        "projection " + name(), () -> projection.readModel().transact(rows, work));
  }

  private <V> CompletableFuture<V> inTransaction(
      List<RecordedEvent> events, ProgressChange change, Grant granted, ReadModel.Work<T, V> work) {
    return inTransaction(transaction -> {
      fence(events, change, granted, transaction);
      return work.run(transaction);
    });
  }

  private Checkpoint checkpoint(long position) {
    return new Checkpoint(context.name(), progressName(), version(), store, position);
  }
}
