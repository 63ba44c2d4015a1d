package dev.millrace.core;

import dev.millrace.core.processing.DeadLetter;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreClosedException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What others see of a processor and wait for. Its worker tells, any thread asks; all fields are
 * under the lock of this object.
 */
final class ProcessorStanding {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessorStanding.class);

  private final String context;
  private final ProcessorDriver driver;
  private final EventStore store;
  private final InstantSource clock;
  private final Pace pace = new Pace();
  private final TreeMap<Long, List<CompletableFuture<Void>>> waiting = new TreeMap<>();
  private ProcessorStatus.State state = ProcessorStatus.State.STARTING;
  private long position;
  private long knownHead;
  private long handled;
  private long failures;
  private @Nullable Instant lastEventTime;
  private @Nullable String problem;
  private @Nullable Throwable stoppedBy;
  private List<DeadLetter> deadLetters = List.of();
  private List<BlockedKey> blocked = List.of();
  private int inFlight;
  private int concurrency = 1;
  private int fixed;
  private volatile Runnable moved = () -> {};
  private int leaving;
  private boolean isPartial;
  private int shares = 1;
  private boolean ended;

  ProcessorStanding(String context, ProcessorDriver driver, EventStore store, InstantSource clock) {
    this.clock = clock;
    this.context = context;
    this.driver = driver;
    this.store = store;
  }

  /** What it does; one that has stopped stays so until it is resumed or moved. */
  synchronized void is(ProcessorStatus.State state) {
    if (this.state != ProcessorStatus.State.STOPPED) {
      this.state = state;
    }
  }

  /** It goes on from a position, after its start or a move. */
  void begins(long from) {
    synchronized (this) {
      position = from;
      handled = 0;
      pace.begin(clock.instant(), from);
      problem = null;
      state = ProcessorStatus.State.CATCHING_UP;
    }
    reached(from);
  }

  /** It is not known where it is, until it begins again. */
  synchronized void isNowhere() {
    position = 0;
    if (state != ProcessorStatus.State.STOPPED) {
      state = ProcessorStatus.State.STARTING;
    }
  }

  /** Every event up to a position was handled, or waits behind a dead letter. */
  void reached(long examined) {
    List<CompletableFuture<Void>> there = new ArrayList<>();
    synchronized (this) {
      position = examined;
      pace.at(clock.instant(), position, handled);
      if (leaving == 0 && !isPartial) {
        Map<Long, List<CompletableFuture<Void>>> passed = waiting.headMap(examined, true);
        passed.values().forEach(there::addAll);
        passed.clear();
      }
    }
    there.forEach(one -> one.complete(null));
    moved.run();
  }

  /** Tells whenever its rows may be other ones: also when no position has moved. */
  void onMoved(Runnable told) {
    moved = told;
  }

  /** What it works on here: other processes may have more, and then its position is not all. */
  synchronized void works(Grant grant) {
    shares = grant.isEverything() ? Math.max(1, driver.shares()) : grant.shares().size();
    isPartial = !grant.isEverything() && shares < driver.shares();
  }

  /** Every event up to a position was passed, by whichever process. */
  void passedByAll(long low, boolean isStandby) {
    List<CompletableFuture<Void>> there = new ArrayList<>();
    synchronized (this) {
      if (!isPartial) {
        return; // it has all of the work by now, and knows better
      }
      position = isStandby ? low : position;
      Map<Long, List<CompletableFuture<Void>>> passed = waiting.headMap(low, true);
      passed.values().forEach(there::addAll);
      passed.clear();
    }
    there.forEach(one -> one.complete(null));
  }

  /** The least position that somebody waits for; 0: nobody does. */
  synchronized long leastAwaited() {
    return waiting.isEmpty() ? 0 : waiting.firstKey();
  }

  /** Events were handled. */
  void handled(int events, @Nullable Instant last) {
    count(events, last);
    moved.run();
  }

  private synchronized void count(int events, @Nullable Instant last) {
    handled += events;
    lastEventTime = last == null ? lastEventTime : last;
    problem = null;
  }

  synchronized void failed(String problem) {
    failures++;
    this.problem = problem;
  }

  /** Something else went well, and this still waits to be tried again. */
  synchronized void stillFails(@Nullable String problem) {
    this.problem = problem;
  }

  synchronized @Nullable String problem() {
    return problem;
  }

  synchronized void fine() {
    problem = null;
  }

  void blocked(List<BlockedKey> keys) {
    List<DeadLetter> letters = new ArrayList<>();
    for (BlockedKey key : keys) {
      if (key.letter() != null) {
        letters.add(key.letter());
      }
    }
    synchronized (this) {
      deadLetters = List.copyOf(letters);
      blocked = List.copyOf(keys);
    }
    moved.run(); // what waited behind one that was redriven is in the rows now
  }

  /** What is not handled as it comes. */
  synchronized List<BlockedKey> blockedKeys() {
    return blocked;
  }

  /** So many handlers run, by hand; 0: as declared. */
  synchronized void fixConcurrency(int handlers) {
    fixed = handlers;
  }

  synchronized int fixedConcurrency() {
    return fixed;
  }

  synchronized void runs(int inFlight, int concurrency) {
    this.inFlight = inFlight;
    this.concurrency = concurrency;
  }

  synchronized List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** It cannot go on: who waits is told. */
  void stopped(String problem, Throwable by) {
    List<CompletableFuture<Void>> all;
    AwaitException failure;
    synchronized (this) {
      this.problem = problem;
      stoppedBy = by;
      state = ProcessorStatus.State.STOPPED;
      all = takeWaiting();
      failure = neverReaches();
    }
    all.forEach(one -> one.completeExceptionally(failure));
  }

  /** Somebody has put right what stopped it. */
  synchronized void resumed() {
    if (state == ProcessorStatus.State.STOPPED) {
      state = ProcessorStatus.State.RETRYING;
    }
  }

  /** Somebody has asked to move it: who waits must wait until it has moved. */
  synchronized void leaves() {
    leaving++;
  }

  synchronized void moved() {
    leaving--;
  }

  /** It moves no more. */
  void ends() {
    List<CompletableFuture<Void>> all;
    AwaitException failure;
    synchronized (this) {
      ended = true;
      all = takeWaiting();
      failure = hasEnded();
    }
    all.forEach(one -> one.completeExceptionally(failure));
  }

  private List<CompletableFuture<Void>> takeWaiting() {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    waiting.values().forEach(all::addAll);
    waiting.clear();
    return all;
  }

  synchronized boolean isAwaited() {
    return !waiting.isEmpty();
  }

  /** Completes when every event up to a position has been handled. */
  synchronized CompletableFuture<Void> reaching(long target) {
    if (state == ProcessorStatus.State.STOPPED) {
      return CompletableFuture.failedFuture(neverReaches());
    }
    if (position >= target
        && state != ProcessorStatus.State.STARTING
        && leaving == 0
        && !isPartial) {
      return CompletableFuture.completedFuture(null);
    }
    if (ended) {
      return CompletableFuture.failedFuture(hasEnded());
    }
    CompletableFuture<Void> reached = new CompletableFuture<>();
    waiting.computeIfAbsent(target, first -> new ArrayList<>()).add(reached);
    return reached;
  }

  private AwaitException neverReaches() {
    return new AwaitException(
        who() + " has stopped at position " + position + ": " + problem, stoppedBy);
  }

  synchronized AwaitException hasEnded() {
    return new AwaitException(
        who()
            + " was ended with its runtime at position "
            + position
            + "; it goes on from there when the context is hosted again");
  }

  private String who() {
    return "processor '" + driver.name() + "' of context '" + context + "'";
  }

  /** How it gets on. */
  CatchUp catchUp() {
    long head = head();
    synchronized (this) {
      return pace.towards(Math.max(position, head), clock.instant(), position, handled);
    }
  }

  /** How it stands. */
  ProcessorStatus status() {
    long head = head();
    CircuitBreaker breaker = driver.options().breaker();
    synchronized (this) {
      return new ProcessorStatus(
          context,
          driver.name(),
          driver.kind(),
          driver.version(),
          state,
          position,
          Math.max(position, head),
          handled,
          failures,
          lastEventTime,
          problem,
          deadLetters.size(),
          inFlight,
          concurrency,
          fixed == 0 && driver.options().ordering().isParallel() && driver.options().adapts(),
          shares,
          Math.max(1, driver.shares()),
          breaker == null ? null : breaker.status());
    }
  }

  /** The store's head; that of the last look once the store is closed. */
  private long head() {
    try {
      long head = store.head();
      synchronized (this) {
        knownHead = head;
      }
    } catch (StoreClosedException closed) {
      LOG.debug("the store of processor {} is closed", driver.name(), closed);
    }
    synchronized (this) {
      return knownHead;
    }
  }
}
