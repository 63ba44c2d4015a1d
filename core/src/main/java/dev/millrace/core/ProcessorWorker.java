package dev.millrace.core;

import dev.millrace.core.processing.DeadLetters;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.StoreMismatchException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a processor: starts it, steps what drives it over the events, and does in between
 * what operators ask for. A state machine; all fields but those of its parts belong to the steps.
 *
 * <pre>
 *   start ──▶ drive … ◀──▶ paused                    cannot go on: stopped, until resumed
 *     ▲         │
 *     └ reset, skip
 * </pre>
 */
final class ProcessorWorker implements Worker, Processor {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessorWorker.class);

  private static final Duration LIVE_SOON = Duration.ofMillis(20);
  private static final Duration LIVE_AGAIN = Duration.ofSeconds(1);

  private final Processing processing;
  private final ProcessorDriver driver;
  private final ProcessorStanding standing;
  private final ProcessorRequests requests = new ProcessorRequests();
  private final BlockedKeyActions actions;
  private final OperatedDeadLetters deadLetters;
  private final RemoteProgress elsewhere;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final InFlight inFlight = new InFlight(this::wake);

  private Scheduler.@Nullable Running running;
  private @Nullable Drive drive;
  private int failures;
  private Instant startAt = Instant.MIN;
  private boolean stopped;
  private Holding holding = Holding.ALWAYS;
  private boolean isShared;
  private @Nullable Grant inUse;
  private boolean startsAnew;
  private long triedLiveAt = ProgressChange.SAME;
  private Instant notLiveBefore = Instant.MIN;

  ProcessorWorker(
      Context context, ProcessorDriver driver, EventStore store, Seams seams, Tracing tracing) {
    this.driver = driver;
    this.standing = new ProcessorStanding(context.name(), driver, store, seams.clock());
    this.processing = new Processing(context, driver, store, seams, tracing, standing);
    this.actions = new BlockedKeyActions(processing, requests, this::wake);
    this.deadLetters = new OperatedDeadLetters(processing, this::ask, this::mustBeHere);
    this.elsewhere = new RemoteProgress(processing, this::wake);
  }

  /** Works on what is granted to it only. Comes before it begins. */
  void holds(Holding granted) {
    holding = granted;
    isShared = true;
    standing.works(Grant.NOTHING);
  }

  /** Something else may be granted to it. */
  void grantsChanged() {
    wake();
  }

  /** Starts stepping. */
  void begin() {
    Scheduler.Running started =
        processing.seams().scheduler().start("millrace-" + driver.name(), this);
    synchronized (this) {
      running = started;
    }
    started.wake();
  }

  @Override
  public Next step() {
    try {
      Next next = move();
      boolean isElsewhere = granted().isNothing();
      if (next == Next.Signal.DONE
          || granted().isEverything()
          || granted().shares().size() == driver.shares()) {
        return next;
      }
      return elsewhere.step(next, isElsewhere);
    } catch (RuntimeException | Error unexpected) { // whoever waits for it must learn of it
      stop("met an unexpected failure", unexpected);
      return Next.Signal.AGAIN;
    }
  }

  private Next move() {
    inFlight.settle();
    if (!inFlight.isEmpty()) {
      return Next.Signal.WAIT;
    }
    if (drive != null) {
      drive.settle();
    }
    if (requests.takeResumed()) {
      stopped = false;
      standing.resumed();
      startAt = Instant.MIN;
      if (drive != null) {
        drive.resumed();
      }
    }
    boolean isOver = inUse != null && !inUse.equals(holding.grant());
    if (requests.isClosing() || (requests.hasMoves() && !startsFirst()) || isOver) {
      Next wind = drive == null ? Next.Signal.WAIT : drive.step(Drive.Mode.NOTHING);
      if ((drive != null && !drive.isIdle()) || !actions.isIdle()) {
        return wind;
      }
      if (requests.isClosing()) {
        return finish();
      }
      return isOver ? letGo() : moveTo(requests.takeMoves());
    }
    if (startsAnew && !stopped && drive != null) {
      if (!drive.isIdle() || !actions.isIdle()) {
        return drive.step(Drive.Mode.NOTHING);
      }
      drive.close();
      drive = null;
    }
    Drive driven = drive;
    if (driven == null) {
      refuseActions();
      return stopped ? Next.Signal.WAIT : start();
    }
    if (driver.isBuilding() && !requests.isPaused() && becomesLive(driven)) {
      return Next.Signal.WAIT;
    }
    actions.step(driven.blocked(), driven.isRedriveLaidDown() && !startsAnew);
    boolean paused = requests.isPaused();
    Next next = driven.step(mode(paused));
    actions.tell(driven.blocked());
    if (driven.isRedriveHalted()) {
      actions.halted(standing.problem());
    }
    if (paused && !stopped && driven.isIdle()) {
      standing.is(ProcessorStatus.State.PAUSED);
    }
    return driver.isBuilding() && next == Next.Signal.WAIT && driven.isIdle() && !paused
        ? new Next.After(LIVE_SOON)
        : next;
  }

  /** Rows that are new answer as soon as they are level; whether this is under way now. */
  private boolean becomesLive(Drive driven) {
    long level = driven.levelAt();
    if (level == ProgressChange.SAME
        || level == triedLiveAt
        || processing.now().isBefore(notLiveBefore)) {
      return false;
    }
    triedLiveAt = level;
    inFlight.submit(
        driver.becomeLive(level),
        became -> {
          triedLiveAt = became ? level : ProgressChange.SAME;
          notLiveBefore = processing.now().plus(LIVE_SOON);
        },
        failure -> {
          triedLiveAt = ProgressChange.SAME;
          notLiveBefore = processing.now().plus(LIVE_AGAIN);
          LOG.warn(
              "{}: its new rows are level, but could not be made to answer",
              processing.who(),
              failure);
        });
    return true;
  }

  /** Without a drive nobody would take them. */
  private void refuseActions() {
    if (stopped) {
      actions.refuse(
          new MillraceException(
              "processor '"
                  + driver.name()
                  + "' has stopped: "
                  + standing.problem()
                  + ". Put it right and resume it; its dead letters can be dealt with then"));
    } else if (isElsewhere()) {
      actions.refuse(elsewhere("nothing of the processor is done by this process"));
    }
  }

  /** Whether it is known that other processes have all of it. */
  private boolean isElsewhere() {
    return isShared && holding.isSettled() && holding.grant().isNothing();
  }

  private ProcessorElsewhereException elsewhere(String asked) {
    return new ProcessorElsewhereException(driver.name(), asked, holding.holders());
  }

  /** Fails when others have a part of it, since what was asked for is not found here. */
  private void mustBeHere(String asked) {
    boolean isAll = !isShared || holding.grant().shares().size() == driver.shares();
    if (!isAll && holding.isSettled()) {
      throw elsewhere(asked);
    }
  }

  /** Whoever asks to move it when it was just opened is not refused because of that. */
  private boolean startsFirst() {
    return isShared && inUse == null && !stopped && !requests.isPaused() && !isElsewhere();
  }

  private Drive.Mode mode(boolean paused) {
    if (paused) {
      return Drive.Mode.NOTHING;
    }
    return stopped ? Drive.Mode.REDRIVES : Drive.Mode.EVERYTHING;
  }

  private Next start() {
    if (requests.isPaused()) {
      standing.is(ProcessorStatus.State.PAUSED);
      return Next.Signal.WAIT;
    }
    Instant now = processing.now();
    if (now.isBefore(startAt)) {
      standing.is(ProcessorStatus.State.RETRYING);
      return new Next.After(Duration.between(now, startAt));
    }
    Grant granted = holding.begin();
    if (granted.isNothing()) {
      standing.is(ProcessorStatus.State.STANDBY);
      return Next.Signal.WAIT;
    }
    inUse = granted;
    standing.is(ProcessorStatus.State.STARTING);
    inFlight.submit(
        driver.start(granted),
        progress -> {
          failures = 0;
          standing.works(granted); // not before: what it knew of its position is of earlier
          follow(progress);
        },
        this::notStarted);
    return Next.Signal.WAIT;
  }

  /** What it worked on is not granted any more, or something else is; it starts with that. */
  private Next letGo() {
    if (drive != null) {
      drive.close();
      drive = null;
    }
    actions.letGo();
    inUse = null;
    standing.works(Grant.NOTHING);
    standing.blocked(List.of()); // whoever has the keys now knows of them
    holding.end();
    return Next.Signal.AGAIN;
  }

  /** Somebody else has what it worked on; what else is granted must be taken once more. */
  private boolean isFenced(Throwable failure) {
    if (EventFailure.reasonOf(failure) instanceof FencedException fenced) {
      LOG.info("processor {} of {}: {}", driver.name(), processing.context().name(), fenced);
      holding.fenced(fenced);
      return true;
    }
    return false;
  }

  private void notStarted(Throwable failure) {
    if (isFenced(failure)) {
      return;
    }
    if (failure instanceof RowsNotKeptException) {
      stopped = true;
      LOG.info("{} rests: {}", processing.who(), failure.getMessage());
      standing.stopped("rests: " + failure.getMessage(), failure);
      return;
    }
    if (Processing.isFatal(failure)) {
      stop("could not start", failure);
      return;
    }
    failures++;
    Duration delay = processing.options().retry().backoff(failures, processing.seams().random());
    startAt = processing.now().plus(delay);
    standing.failed("could not start: " + failure.getMessage());
    LOG.warn(
        "processor {} of {} could not start (attempt {}); trying again in {} ms",
        driver.name(),
        processing.context().name(),
        failures,
        delay.toMillis(),
        failure);
  }

  private void follow(Progress progress) {
    Drive old = drive;
    if (old != null) {
      old.close();
    }
    drive =
        processing.options().ordering().isParallel()
            ? new KeyedDrive(processing, progress, granted(), this::stop, this::wake)
            : new Lane(processing, progress, this::stop, this::wake);
    startsAnew = false;
    standing.begins(progress.position());
  }

  private Grant granted() {
    if (!isShared) {
      return Grant.EVERYTHING;
    }
    return inUse == null ? Grant.NOTHING : inUse;
  }

  /** To another position, by whoever asked for it. */
  private Next moveTo(List<ProcessorRequests.Move> asked) {
    if (!granted().isEverything() && granted().shares().size() < driver.shares()) {
      MillraceException elsewhere =
          elsewhere(
              "this process has "
                  + granted().shares().size()
                  + " of the "
                  + driver.shares()
                  + " shares of processor '"
                  + driver.name()
                  + "', and can move it only with all: ask the process that has it, or stop the"
                  + " others for as long");
      for (ProcessorRequests.Move move : asked) {
        standing.moved();
        move.done().completeExceptionally(elsewhere);
      }
      return Next.Signal.AGAIN;
    }
    boolean resets = asked.stream().anyMatch(move -> !move.toTheHead());
    for (ProcessorRequests.Move move : asked) {
      if (resets && move.toTheHead()) {
        move.done()
            .completeExceptionally(
                new MillraceException("the processor was reset at the same time"));
      }
    }
    inFlight.submit(
        resets ? driver.reset(granted()) : driver.skip(),
        progress -> {
          stopped = false;
          startAt = Instant.MIN;
          actions.moved();
          asked.forEach(move -> standing.moved());
          follow(progress);
          asked.forEach(move -> move.done().complete(null));
        },
        failure -> {
          forget(); // the move may have happened, and only its answer be lost
          asked.forEach(move -> standing.moved());
          asked.forEach(move -> move.done().completeExceptionally(failure));
        });
    return Next.Signal.WAIT;
  }

  /** What it knew may not be so any more; it starts with what is true. */
  private void forget() {
    if (drive != null) {
      drive.close();
      drive = null;
    }
    actions.moved();
    standing.isNowhere();
  }

  private void stop(String what, Throwable failure) {
    if (isFenced(failure)) {
      return;
    }
    String problem = what + ": " + failure.getMessage();
    stopped = true;
    Throwable trace = failure instanceof MillraceException ? null : failure;
    LOG.error(
        "processor {} of {} stopped: {}",
        driver.name(),
        processing.context().name(),
        problem,
        trace);
    standing.stopped(problem, failure);
    startsAnew |=
        failure instanceof StoreMismatchException; // what it knew of its checkpoint is not so
  }

  private Next finish() {
    if (drive != null) {
      drive.close();
    }
    holding.end();
    AwaitException ending = standing.hasEnded();
    actions.end(ending);
    requests.takeMoves().forEach(move -> move.done().completeExceptionally(ending));
    standing.ends();
    closed.complete(null);
    return Next.Signal.DONE;
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

  /** Completes when the events from one position to another have been handled. */
  CompletableFuture<Void> reaching(long first, long last) {
    CompletableFuture<Void> reached = standing.reaching(last);
    wake();
    return reached.thenCompose(
        passed -> new PassedEvents(processing).mustNotBeBlocked(first, last));
  }

  /** Under what name processes share its work. */
  String leaseName() {
    return driver.leaseName();
  }

  /** Tells whenever its rows may be other ones. */
  void onMoved(Runnable told) {
    standing.onMoved(told);
  }

  /** It has ended, and says why. */
  void rests(String why) {
    standing.stopped(why, new MillraceException(why));
  }

  /** Finishes what runs, then stops for good. */
  CompletableFuture<Void> close() {
    requests.close();
    wake();
    return closed;
  }

  @Override
  public ProcessorStatus status() {
    return standing.status();
  }

  @Override
  public CatchUp catchUp() {
    return standing.catchUp();
  }

  @Override
  public DeadLetters deadLetters() {
    return deadLetters;
  }

  @Override
  public void pause() {
    requests.pause();
    wake();
  }

  @Override
  public void resume() {
    requests.resume();
    standing.resumed();
    wake();
  }

  @Override
  public void fixConcurrency(int handlers) {
    if (!processing.options().ordering().isParallel()) {
      throw new IllegalArgumentException(
          "processor '" + driver.name() + "' has one lane; only many lanes run beside each other");
    }
    standing.fixConcurrency(processing.options().concurrency(handlers).concurrency());
    wake();
  }

  @Override
  public void adaptConcurrency() {
    standing.fixConcurrency(0);
    wake();
  }

  @Override
  public CompletableFuture<Void> reset() {
    return ask(false);
  }

  @Override
  public CompletableFuture<Void> skip() {
    return ask(true);
  }

  private CompletableFuture<Void> ask(boolean toTheHead) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    standing.leaves();
    requests.ask(new ProcessorRequests.Move(toTheHead, done));
    endIfClosed(done);
    wake();
    return done;
  }

  private void ask(ProcessorRequests.Action action) {
    if (!requests.ask(action)) {
      action
          .done()
          .completeExceptionally(
              new MillraceException("too many actions on dead letters wait; try again later"));
    }
    endIfClosed(action.done());
    wake();
  }

  /** A worker that has ended takes no requests any more. */
  private void endIfClosed(CompletableFuture<?> done) {
    if (closed.isDone()) {
      done.completeExceptionally(standing.hasEnded());
    }
  }
}
