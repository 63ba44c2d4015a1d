package dev.millrace.core;

import dev.millrace.core.readmodel.Checkpoint;
import dev.millrace.core.readmodel.ReadModel;
import dev.millrace.core.readmodel.ReadModelException;
import dev.millrace.core.readmodel.RowPage;
import dev.millrace.core.readmodel.RowQuery;
import dev.millrace.core.readmodel.RowsVersion;
import dev.millrace.core.readmodel.RowsVersion.State;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.StoreMismatchException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The versions of a projection: those in this program, and those whose rows are kept. Which one is
 * live stands in the read model; what is remembered of it here is looked at again in the
 * transaction that depends on it. Safe for use from many threads.
 */
final class ProjectionVersions<T> implements Versions {
  private static final Logger LOG = LoggerFactory.getLogger(ProjectionVersions.class);

  /** Most times that rows change their version while they are read. */
  private static final int MOST_SWITCHES = 100;

  /** Most times that rows are read again because their checkpoint has moved meanwhile. */
  private static final int MOST_LOOKS = 20;

  /** For how long somebody who wants a version to answer waits until it is level. */
  private static final Duration LONGEST_CATCH_UP = Duration.ofSeconds(30);

  /** For how long somebody waits for a version that other programs have. */
  private static final Duration LONGEST_AWAITED_ELSEWHERE = Duration.ofMinutes(1);

  private static final Duration AWAITED_EVERY = Duration.ofMillis(50);

  private final String context;
  private final TreeMap<Integer, Projection<T>> projections = new TreeMap<>();
  private final Map<Integer, ProcessorWorker> workers = new TreeMap<>();
  private final Scheduler scheduler;
  private final ReadModel<T> readModel;
  private final KeptVersions<T> kept;
  private final List<ProjectionDriver<T>> drivers = new ArrayList<>();
  private final ReentrantLock opening = new ReentrantLock();
  private final AtomicReference<@Nullable CompletableFuture<Void>> moved = new AtomicReference<>();
  private @Nullable RowsVersion live;
  private CompletableFuture<Void> switched = new CompletableFuture<>();

  /** The versions of a projection that are in the program. */
  ProjectionVersions(List<Projection<T>> versions, ProjectionDriver.Surroundings surroundings) {
    this.context = surroundings.context().name();
    this.scheduler = surroundings.scheduler();
    this.readModel = versions.get(0).readModel();
    versions.forEach(one -> projections.put(one.version(), one));
    this.kept = new KeptVersions<>(context, newest(), surroundings.store().identity());
    for (Projection<T> one : projections.values()) {
      drivers.add(new ProjectionDriver<>(one, this, surroundings));
    }
  }

  /** Takes versions together whose types are the same, since their read model is. */
  @SuppressWarnings("unchecked") // one read model has one type of transactions
  static ProjectionVersions<?> of(
      List<? extends Projection<?>> versions, ProjectionDriver.Surroundings surroundings) {
    return new ProjectionVersions<>((List<Projection<Object>>) versions, surroundings);
  }

  private Projection<T> newest() {
    return projections.lastEntry().getValue();
  }

  String name() {
    return newest().name();
  }

  /** What keeps the versions of the program, ascending. */
  List<ProjectionDriver<T>> drivers() {
    return drivers;
  }

  synchronized void add(int version, ProcessorWorker worker) {
    workers.put(version, worker);
    worker.onMoved(this::tellMoved);
  }

  synchronized List<ProcessorWorker> workers() {
    return List.copyOf(workers.values());
  }

  private synchronized @Nullable ProcessorWorker worker(int version) {
    return workers.get(version);
  }

  /** What keeps the rows that answer; the newest while nothing in this program does. */
  synchronized ProcessorWorker worker() {
    ProcessorWorker answering = live == null ? null : workers.get(live.version());
    ProcessorWorker found = answering == null ? workers.get(newest().version()) : answering;
    if (found == null) {
      throw new IllegalStateException("projection '" + name() + "' does not run");
    }
    return found;
  }

  private synchronized @Nullable RowsVersion knownLive() {
    return live;
  }

  /** Remembers which version answers. */
  private void isLive(RowsVersion now) {
    CompletableFuture<Void> before;
    synchronized (this) {
      boolean same = live != null && live.version() == now.version();
      live = now;
      if (same) {
        return;
      }
      before = switched;
      switched = new CompletableFuture<>();
    }
    before.complete(null);
    tellMoved();
  }

  /** Completes when the rows that answer have every event up to a position. */
  CompletableFuture<Void> reaching(long first, long last) {
    RowsVersion known = knownLive();
    if (known != null && worker(known.version()) == null) {
      return reachedElsewhere(known, last, scheduler.elapsedNanos())
          .thenCompose(
              there -> there ? CompletableFuture.completedFuture(null) : reaching(first, last));
    }
    ProcessorWorker asked = worker();
    CompletableFuture<Void> reached = asked.reaching(first, last);
    CompletableFuture<?> told =
        known == null ? CompletableFuture.anyOf(reached, nextSwitch(null)) : reached;
    return told.thenCompose(passed -> lookAgain())
        .thenCompose(looked -> {
          RowsVersion now = knownLive();
          ProcessorWorker answering = now == null ? asked : worker(now.version());
          return answering == asked ? reached : reaching(first, last);
        });
  }

  /**
   * Another process may have made other rows answer; or this one, in a transaction that has
   * committed and not returned.
   */
  private CompletableFuture<?> lookAgain() {
    if (!newest().standsBeside()) {
      return CompletableFuture.completedFuture(null);
    }
    return scheduler.call(
        "look which version of " + name() + " answers",
        () -> {
          isLive(inPlace(kept::live));
          return true;
        });
  }

  /**
   * Waits for a version that this program does not have: its checkpoint is all that is known here.
   *
   * @return false: another version answers now
   */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private CompletableFuture<Boolean> reachedElsewhere(RowsVersion known, long last, long since) {
    return scheduler
        .call(
            "look how far version " + known.version() + " of " + name() + " is",
            () ->
                inPlace(transaction -> {
                  RowsVersion now = kept.live(transaction);
                  isLive(now);
                  return now.version() == known.version()
                      ? kept.position(transaction, now)
                      : Long.MAX_VALUE;
                }))
        .thenCompose(position -> {
          if (position >= last) {
            return CompletableFuture.completedFuture(position != Long.MAX_VALUE);
          }
          if (scheduler.elapsedNanos() - since > LONGEST_AWAITED_ELSEWHERE.toNanos()) {
            throw new AwaitException(
                "version "
                    + known.version()
                    + " of projection '"
                    + name()
                    + "' answers, which this program does not have, and its checkpoint is at "
                    + position
                    + ", not at "
                    + last
                    + ": see whether a program that has it runs");
          }
          return scheduler
              .after(AWAITED_EVERY)
              .thenCompose(past -> reachedElsewhere(known, last, since));
        });
  }

  /** The next switch away from a version; at once if it is not live any more. */
  private synchronized CompletableFuture<Void> nextSwitch(@Nullable RowsVersion from) {
    return Objects.equals(live, from) ? switched : CompletableFuture.completedFuture(null);
  }

  /** The rows of a version of the program: those that are there, or a place for new ones. */
  RowsVersion open(Projection<T> projection) throws Exception {
    opening.lock();
    try {
      endDrops();
      RowsVersion opened = inPlace(transaction -> kept.open(projection, transaction));
      isLive(inPlace(kept::live));
      return opened;
    } finally {
      opening.unlock();
    }
  }

  private void endDrops() throws Exception {
    Optional<RowsVersion> half = inPlace(kept::halfDropped);
    if (half.isPresent()) {
      dropRows(half.get().version());
    }
  }

  /** Where no name is that of a version's table. */
  private RowsVersion nowhere() {
    return RowsVersion.inPlace(context, name(), newest().version(), List.of());
  }

  private <V> V inPlace(ReadModel.Work<T, V> work) throws Exception {
    return readModel.transact(nowhere(), work);
  }

  private void dropRows(int version) throws Exception {
    readModel.transactAlone(
        nowhere(),
        transaction -> {
          kept.drop(transaction, version);
          return true;
        });
    LOG.info("projection {} of {}: version {} was dropped", name(), context, version);
  }

  private interface LiveWork<T, V> {
    V run(RowsVersion live, T transaction) throws Exception;
  }

  /** Runs work on the rows that answer, in one transaction with the look which they are. */
  private <V> V onLive(LiveWork<T, V> work) {
    return call(() -> {
      for (int i = 0; i < MOST_SWITCHES; i++) {
        RowsVersion known = knownLive();
        RowsVersion rows = known == null ? inPlace(kept::live) : known;
        Optional<V> result = onLive(rows, work);
        if (result.isPresent()) {
          return result.get();
        }
        isLive(inPlace(kept::live));
      }
      throw new IllegalStateException("the rows change their version without end");
    });
  }

  private <V> Optional<V> onLive(RowsVersion rows, LiveWork<T, V> work) throws Exception {
    try {
      return readModel.transact(
          rows,
          transaction -> {
            RowsVersion now = kept.live(transaction);
            return now.version() == rows.version() && now.place().equals(rows.place())
                ? Optional.of(work.run(now, transaction))
                : Optional.<V>empty();
          });
    } catch (StoreMismatchException dropped) {
      return Optional.empty();
    }
  }

  private <V> V call(java.util.concurrent.Callable<V> work) {
    try {
      return work.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new ReadModelException(
          "the read model of '" + name() + "' failed: " + e.getMessage(), e);
    }
  }

  /** Rows of a table that is shown, and how far they are, in one transaction. */
  Rows rows(RowQuery query) {
    return onLive((rows, transaction) -> rows(rows, query, transaction));
  }

  private Rows rows(RowsVersion rows, RowQuery query, T transaction) throws Exception {
    Projection<T> known = projections.get(rows.version());
    List<String> shown = known == null ? rows.tables() : known.shown();
    if (!shown.contains(query.table())) {
      throw new IllegalArgumentException(
          "read model '" + name() + "' shows no table '" + query.table() + "'; it shows " + shown);
    }
    String progress = rows.progressName();
    Optional<Checkpoint> before = readModel.checkpoint(transaction, context, progress);
    for (int i = 0; ; i++) {
      RowPage page = readModel.rows(transaction, query);
      Optional<Checkpoint> after = readModel.checkpoint(transaction, context, progress);
      if (after.equals(before) || i == MOST_LOOKS) {
        return new Rows(page, before.orElse(null)); // never further than the rows
      }
      before = after; // databases show what was committed between two statements
    }
  }

  /** The same, with what tells one from another, to be kept after the transaction. */
  RowDifference.KeyedRows keyedRows(RowQuery query) {
    return onLive((rows, transaction) -> {
      Rows found = rows(rows, query, transaction);
      List<String> key = readModel.key(transaction, query.table());
      return new RowDifference.KeyedRows(
          new Rows(RowValues.detached(found.page()), found.checkpoint()), key);
    });
  }

  /** Completes when rows may have changed after this moment. */
  CompletableFuture<Void> moved() {
    while (true) {
      CompletableFuture<Void> known = moved.get();
      if (known != null) {
        return known;
      }
      CompletableFuture<Void> next = new CompletableFuture<>();
      if (moved.compareAndSet(null, next)) {
        return next;
      }
    }
  }

  private void tellMoved() {
    CompletableFuture<Void> told = moved.getAndSet(null);
    if (told != null) {
      told.complete(null);
    }
  }

  /** How far the rows are that answer; empty: nothing has been handled yet. */
  Optional<Checkpoint> checkpoint() {
    return onLive(
        (rows, transaction) -> readModel.checkpoint(transaction, context, rows.progressName()));
  }

  /**
   * New rows answer from now on, unless those that do are further.
   *
   * @param mustHold fails when somebody else has taken the work on the rows over
   */
  boolean becomeLive(RowsVersion rows, long examined, ReadModel.Work<T, Boolean> mustHold)
      throws Exception {
    KeptVersions.Switch became =
        inPlace(transaction ->
            mustHold.run(transaction)
                ? kept.becomeLive(transaction, rows, examined)
                : new KeptVersions.Switch.Refused("others have its work"));
    if (became instanceof KeptVersions.Switch.Done) {
      isLive(rows.in(State.LIVE));
      LOG.info(
          "projection {} of {}: version {} is level, and answers from now on",
          name(),
          context,
          rows.version());
      return true;
    }
    return false;
  }

  /** How a version stands now; one that is not kept stays as it was. */
  RowsVersion standing(RowsVersion rows) throws Exception {
    return inPlace(transaction -> standing(rows, transaction));
  }

  RowsVersion standing(RowsVersion rows, T transaction) throws Exception {
    isLive(kept.live(transaction));
    return kept.find(transaction, rows.version()).orElse(rows);
  }

  String leaseName(Projection<T> projection) {
    return kept.leaseName(projection.version());
  }

  @Override
  public List<VersionStatus> list() {
    return call(() ->
        inPlace(transaction -> {
          List<VersionStatus> all = new ArrayList<>();
          List<RowsVersion> found = kept.all(transaction);
          for (RowsVersion one : found.isEmpty() ? List.of(kept.live(transaction)) : found) {
            ProcessorWorker worker = worker(one.version());
            long position = kept.position(transaction, one);
            all.add(
                worker == null
                    ? new VersionStatus(one, position, null, null)
                    : new VersionStatus(one, position, worker.status(), worker.catchUp()));
          }
          return all;
        }));
  }

  @Override
  public void makeLive(int version) {
    for (int i = 0; i < MOST_SWITCHES; i++) {
      KeptVersions.Switch became =
          call(() -> inPlace(transaction -> kept.makeLive(transaction, version, reach(version))));
      switch (became) {
        case KeptVersions.Switch.Done done -> {
          isLive(call(() -> inPlace(kept::live)));
          LOG.info("projection {} of {}: version {} answers from now on", name(), context, version);
          return;
        }
        case KeptVersions.Switch.Refused refused ->
            throw new IllegalArgumentException(
                "rows of version "
                    + version
                    + " of projection '"
                    + name()
                    + "' cannot answer: "
                    + refused.why());
        case KeptVersions.Switch.Behind behind -> {
          ProcessorWorker worker = worker(version);
          if (worker == null || !moves(worker) || !comesTo(behind.position(), worker)) {
            throw isBehind(version, behind);
          }
        }
      }
    }
    throw new IllegalArgumentException(
        "version " + version + " of projection '" + name() + "' does not become level");
  }

  /** A version that no program of here has is as far as its checkpoint. */
  private KeptVersions.Reach<T> reach(int version) {
    return (transaction, rows, target) -> {
      for (ProjectionDriver<T> driver : drivers) {
        if (driver.version() == version) {
          return driver.reached(transaction, rows, target);
        }
      }
      return 0;
    };
  }

  private static boolean moves(ProcessorWorker worker) {
    return switch (worker.status().state()) {
      case LIVE, CATCHING_UP, STANDBY -> true;
      default -> false;
    };
  }

  private boolean comesTo(long position, ProcessorWorker worker) {
    CompletableFuture<Void> reached = worker.reaching(position, position);
    CompletableFuture.anyOf(reached, scheduler.after(LONGEST_CATCH_UP)).join();
    return reached.isDone();
  }

  private IllegalArgumentException isBehind(int version, KeptVersions.Switch.Behind behind) {
    return new IllegalArgumentException(
        "version "
            + version
            + " of projection '"
            + name()
            + "' is behind version "
            + behind.than()
            + ", which answers with events up to "
            + behind.position()
            + "; start a program that has version "
            + version
            + ", and wait until it is level");
  }

  @Override
  public int rollback() {
    int before = call(() -> inPlace(kept::beforeLive));
    makeLive(before);
    return before;
  }

  @Override
  public void drop(int version) {
    call(() -> {
      dropRows(version);
      return true;
    });
    ProcessorWorker worker;
    synchronized (this) {
      worker = workers.size() > 1 ? workers.remove(version) : workers.get(version);
    }
    if (worker != null) { // the only one goes on to say how it stands
      worker.close().join();
      worker.rests("its rows, version " + version + ", were dropped");
    }
  }
}
