package dev.millrace.core;

import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreDamagedException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives one processor: one ordered lane with batches. A state machine; all fields but those under
 * the lock belong to the steps.
 *
 * <pre>
 *   start ──▶ poll ──▶ handle batch ──▶ poll …        failure: back off, then the same batch again
 *     ▲             │                                 cannot be read, or not ours: stopped
 *     └ reset, skip ◀─┴▶ nothing there: live, wait to be woken
 * </pre>
 */
final class ProcessorWorker implements Worker, Processor {
  /** A checkpoint is moved over events that do not match after so many positions. */
  static final long ADVANCE_EVERY = 10_000;

  static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(ProcessorWorker.class);

  private final String context;
  private final ProcessorDriver driver;
  private final EventStore store;
  private final Seams seams;
  private final Tracing tracing;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  private Scheduler.@Nullable Running running;
  private @Nullable Subscription subscription;
  private @Nullable CompletableFuture<?> inFlight;
  private Consumer<@Nullable Throwable> whenSettled = failure -> {};
  private @Nullable EventPage failedPage;
  private int failures;
  private long allFailures;
  private Instant retryAt = Instant.MIN;
  private Instant lingersUntil = Instant.MIN;
  private long position;
  private long savedPosition;
  private long handled;
  private @Nullable Instant lastEventTime;
  private @Nullable String problem;
  private boolean stopped;
  private volatile @Nullable Throwable stoppedBy;
  private volatile long knownHead;

  // under the lock of this object: what other threads ask for and look at
  private final TreeMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
  private final List<CompletableFuture<Void>> resets = new ArrayList<>();
  private final List<CompletableFuture<Void>> skips = new ArrayList<>();
  private boolean paused;
  private boolean resumed;
  private boolean closing;
  private boolean ended;
  private volatile ProcessorStatus status;

  ProcessorWorker(
      String context, ProcessorDriver driver, EventStore store, Seams seams, Tracing tracing) {
    this.context = context;
    this.driver = driver;
    this.store = store;
    this.seams = seams;
    this.tracing = tracing;
    this.status = statusNow(ProcessorStatus.State.STARTING);
  }

  /** Starts stepping. */
  void begin() {
    Scheduler.Running started = seams.scheduler().start("millrace-" + driver.name(), this);
    synchronized (this) {
      running = started;
    }
    started.wake();
  }

  @Override
  public Next step() {
    try {
      return move();
    } catch (RuntimeException | Error unexpected) { // whoever waits for it must learn of it
      stop("met an unexpected failure", unexpected);
      return Next.Signal.AGAIN;
    }
  }

  private Next move() {
    CompletableFuture<?> current = inFlight;
    if (current != null) {
      if (!current.isDone()) {
        return Next.Signal.WAIT;
      }
      inFlight = null;
      whenSettled.accept(failureOf(current));
    }
    List<CompletableFuture<Void>> asked;
    List<CompletableFuture<Void>> skipped;
    boolean pausing;
    synchronized (this) {
      if (closing) {
        return finish();
      }
      asked = List.copyOf(resets);
      resets.clear();
      skipped = List.copyOf(skips);
      skips.clear();
      pausing = paused;
      if (resumed) {
        resumed = false;
        stopped = false;
        retryAt = Instant.MIN;
      }
    }
    if (!asked.isEmpty()) {
      skipped.forEach(one ->
          one.completeExceptionally(
              new MillraceException("the processor was reset at the same time")));
      return moveTo(driver.reset().thenApply(done -> 0L), asked);
    }
    if (!skipped.isEmpty()) {
      return moveTo(driver.skip(), skipped);
    }
    if (stopped) {
      return publish(ProcessorStatus.State.STOPPED, Next.Signal.WAIT);
    }
    if (pausing) {
      return publish(ProcessorStatus.State.PAUSED, Next.Signal.WAIT);
    }
    Instant now = seams.clock().instant();
    if (now.isBefore(retryAt)) {
      return publish(
          ProcessorStatus.State.RETRYING, new Next.After(Duration.between(now, retryAt)));
    }
    if (now.isBefore(lingersUntil) && !isAwaited()) {
      return publish(
          ProcessorStatus.State.LIVE, new Next.After(Duration.between(now, lingersUntil)));
    }
    return subscription == null ? start() : advance(subscription);
  }

  private Next start() {
    return submit(
        driver.start(),
        failure -> {
          if (failure != null) {
            failed("could not start", failure);
          } else {
            succeeded();
          }
        },
        start -> follow((Long) start));
  }

  private void follow(long from) {
    position = from;
    savedPosition = from;
    Subscription fresh = store.subscribe(driver.query(), from);
    subscription = fresh;
    fresh.onAvailable(this::wake);
  }

  private Next advance(Subscription following) {
    EventPage retry = failedPage;
    long head = store.head();
    EventPage page;
    try {
      page = retry != null ? retry : following.poll(driver.batch());
    } catch (MillraceException unread) {
      failed("could not read the events after " + position, unread);
      return Next.Signal.AGAIN;
    }
    if (page.events().isEmpty() && page.examined() - savedPosition < ADVANCE_EVERY) {
      reached(page.examined());
      boolean level = page.examined() >= store.head();
      return publish(
          level ? ProcessorStatus.State.LIVE : ProcessorStatus.State.CATCHING_UP,
          level ? Next.Signal.WAIT : Next.Signal.AGAIN);
    }
    Tracing.Handling spans = tracing.handling(driver, page.events());
    return submit(
        driver.handle(page.events(), page.examined(), spans),
        failure -> {
          spans.end(failure);
          if (failure == null) {
            handled(page);
            lingersUntil =
                page.examined() >= head
                    ? seams.clock().instant().plus(driver.linger())
                    : Instant.MIN;
          } else {
            failedPage = page;
            failed(describe(page), failure);
          }
        },
        done -> {});
  }

  private void handled(EventPage page) {
    failedPage = null;
    savedPosition = page.examined();
    handled += page.events().size();
    if (!page.events().isEmpty()) {
      RecordedEvent last = page.events().get(page.events().size() - 1);
      lastEventTime = last.time();
    }
    succeeded();
    reached(page.examined());
  }

  private static String describe(EventPage page) {
    if (page.events().isEmpty()) {
      return "could not move its checkpoint to " + page.examined();
    }
    return "could not handle events "
        + page.events().get(0).position()
        + " to "
        + page.events().get(page.events().size() - 1).position();
  }

  /** To another position, by whoever asked for it. */
  private Next moveTo(CompletableFuture<Long> work, List<CompletableFuture<Void>> asked) {
    long[] to = new long[1];
    return submit(
        work,
        failure -> {
          if (failure != null) {
            asked.forEach(one -> one.completeExceptionally(failure));
            return;
          }
          Subscription old = subscription;
          if (old != null) {
            old.close();
          }
          failedPage = null;
          handled = 0;
          stopped = false;
          retryAt = Instant.MIN;
          lingersUntil = Instant.MIN;
          succeeded();
          follow(to[0]);
          publish(ProcessorStatus.State.CATCHING_UP, Next.Signal.AGAIN);
          asked.forEach(one -> one.complete(null));
        },
        position -> to[0] = (Long) position);
  }

  /** Waits for work that runs elsewhere; what is done with its end happens in a later step. */
  private Next submit(
      CompletableFuture<?> work, Consumer<@Nullable Throwable> settled, Consumer<Object> result) {
    inFlight = work;
    whenSettled =
        failure -> {
          if (failure == null) {
            Object value = work.join();
            if (value != null) {
              result.accept(value);
            }
          }
          settled.accept(failure);
        };
    var unused = work.whenComplete((value, failure) -> wake());
    return publish(
        subscription == null
            ? ProcessorStatus.State.STARTING
            : failures > 0 ? ProcessorStatus.State.RETRYING : ProcessorStatus.State.CATCHING_UP,
        Next.Signal.WAIT);
  }

  private void succeeded() {
    failures = 0;
    problem = null;
  }

  private void failed(String what, Throwable failure) {
    failures++;
    allFailures++;
    problem = what + ": " + failure.getMessage();
    if (failure instanceof StoreMismatchException
        || failure instanceof StoreDamagedException
        || failure instanceof UnknownEventException
        || failure instanceof UnreadableEventException) {
      stop(what, failure);
      return;
    }
    Duration doubled = FIRST_BACKOFF.multipliedBy(1L << Math.min(failures - 1, 16));
    Duration backoff = doubled.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : doubled;
    retryAt = seams.clock().instant().plus(backoff);
    LOG.warn(
        "processor {} of {} {} (attempt {}); trying again in {} ms",
        driver.name(),
        context,
        problem,
        failures,
        backoff.toMillis(),
        failure);
  }

  private void stop(String what, Throwable failure) {
    problem = what + ": " + failure.getMessage();
    stopped = true;
    stoppedBy = failure;
    Throwable trace = failure instanceof MillraceException ? null : failure;
    LOG.error("processor {} of {} stopped: {}", driver.name(), context, problem, trace);
    failWaiting();
  }

  private static @Nullable Throwable failureOf(CompletableFuture<?> done) {
    if (!done.isCompletedExceptionally()) {
      return null;
    }
    Throwable failure = done.exceptionNow();
    Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private void reached(long examined) {
    position = examined;
    List<CompletableFuture<Void>> there = new ArrayList<>();
    synchronized (this) {
      status = statusNow(status.state());
      Map<Long, List<CompletableFuture<Void>>> passed = waiting.headMap(examined, true);
      passed.values().forEach(there::addAll);
      passed.clear();
    }
    there.forEach(one -> one.complete(null));
  }

  private void failWaiting() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    synchronized (this) {
      status = statusNow(ProcessorStatus.State.STOPPED);
      waiting.values().forEach(all::addAll);
      waiting.clear();
    }
    AwaitException failure = neverReaches();
    all.forEach(one -> one.completeExceptionally(failure));
  }

  private synchronized boolean isAwaited() {
    return !waiting.isEmpty();
  }

  private AwaitException neverReaches() {
    return new AwaitException(
        "processor '"
            + driver.name()
            + "' of context '"
            + context
            + "' has stopped at position "
            + status.position()
            + ": "
            + status.problem(),
        stoppedBy);
  }

  private Next finish() {
    Subscription following = subscription;
    if (following != null) {
      following.close();
    }
    List<CompletableFuture<Void>> left = new ArrayList<>();
    synchronized (this) {
      ended = true;
      waiting.values().forEach(left::addAll);
      waiting.clear();
      left.addAll(resets);
      resets.clear();
      left.addAll(skips);
      skips.clear();
    }
    AwaitException ending = hasEnded();
    left.forEach(one -> one.completeExceptionally(ending));
    closed.complete(null);
    return Next.Signal.DONE;
  }

  private AwaitException hasEnded() {
    return new AwaitException(
        "processor '"
            + driver.name()
            + "' of context '"
            + context
            + "' was ended with its runtime at position "
            + status.position()
            + "; it goes on from there when the context is hosted again");
  }

  private Next publish(ProcessorStatus.State state, Next next) {
    status = statusNow(state);
    return next;
  }

  private ProcessorStatus statusNow(ProcessorStatus.State state) {
    return new ProcessorStatus(
        context,
        driver.name(),
        driver.kind(),
        driver.version(),
        state,
        position,
        head(),
        handled,
        allFailures,
        lastEventTime,
        problem);
  }

  /** The store's head; that of the last look once the store is closed. */
  private long head() {
    try {
      knownHead = store.head();
    } catch (StoreClosedException closed) {
      LOG.debug("the store of processor {} is closed", driver.name(), closed);
    }
    return knownHead;
  }

  private void wake() {
    Scheduler.Running started;
    synchronized (this) {
      started = running;
    }
    if (started != null) {
      started.wake();
    }
  }

  /** Completes when every event up to a position has been handled. */
  CompletableFuture<Void> reaching(long target) {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    synchronized (this) {
      if (status.state() == ProcessorStatus.State.STOPPED) {
        return CompletableFuture.failedFuture(neverReaches());
      }
      if (status.position() >= target
          && status.state() != ProcessorStatus.State.STARTING
          && resets.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      if (ended) {
        return CompletableFuture.failedFuture(hasEnded());
      }
      waiting.computeIfAbsent(target, first -> new ArrayList<>()).add(reached);
    }
    wake();
    return reached;
  }

  /** Finishes what runs, then stops for good. */
  CompletableFuture<Void> close() {
    synchronized (this) {
      closing = true;
    }
    wake();
    return closed;
  }

  @Override
  public ProcessorStatus status() {
    ProcessorStatus last = status;
    return new ProcessorStatus(
        last.context(),
        last.name(),
        last.kind(),
        last.version(),
        last.state(),
        last.position(),
        Math.max(last.position(), head()),
        last.handled(),
        last.failures(),
        last.lastEventTime(),
        last.problem());
  }

  @Override
  public void pause() {
    synchronized (this) {
      paused = true;
    }
    wake();
  }

  @Override
  public void resume() {
    synchronized (this) {
      paused = false;
      resumed = true;
    }
    wake();
  }

  @Override
  public CompletableFuture<Void> reset() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (this) {
      if (ended) {
        return CompletableFuture.failedFuture(hasEnded());
      }
      resets.add(done);
    }
    wake();
    return done;
  }

  @Override
  public CompletableFuture<Void> skip() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    synchronized (this) {
      if (ended) {
        return CompletableFuture.failedFuture(hasEnded());
      }
      skips.add(done);
    }
    wake();
    return done;
  }
}
