package dev.millrace.core;

import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.readmodel.SlotCheckpoint;
import dev.millrace.core.seam.Next;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreMismatchException;
import dev.millrace.core.store.Subscription;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Many lanes: events are read ahead, up to a bound, into {@link KeyLanes}; what is ready there is
 * handled beside each other, each few of a key in a transaction of their own, which adds them to
 * what is finished in their slot. The checkpoint is the position below which all is finished; it
 * follows now and then, and at once when nothing is left.
 */
final class KeyedDrive implements Drive {
  /** Most events that are read and not finished: beyond, the reader waits. */
  static final int MOST_PENDING = 16_384;

  /** Most events of a key in one transaction. */
  static final int MOST_TOGETHER = 64;

  /** What cannot go on as things are is asked again after so long. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private static final int PAGE = 1_024;
  private static final Duration SAVE_EVERY = Duration.ofMillis(200);
  private static final Logger LOG = LoggerFactory.getLogger(KeyedDrive.class);

  private final Processing processing;
  private final ProcessorStanding standing;
  private final ProcessorOptions options;
  private final Stopping stopping;
  private final Runnable wake;
  private final BlockedKeys blocked;
  private final Blocking judge;
  private final Redriving redriving;
  private final Subscription subscription;
  private final List<SlotCheckpoint> before;
  private final long coveredTo;
  private final Grant grant;
  private final KeyLanes lanes;
  private final Queue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final PriorityQueue<KeyTask> later =
      new PriorityQueue<>(
          Comparator.comparing((KeyTask task) -> task.notBefore)
              .thenComparingLong(task -> task.number));
  private final AdaptiveConcurrency adaptive;
  private final Deque<KeyTask> stuck = new ArrayDeque<>();
  private final Deque<KeyTask> held = new ArrayDeque<>(); // until the breaker lets them through
  private final BreakerGate gate;
  private final Set<KeyTask> failing = new LinkedHashSet<>();
  private final InFlight saving;

  private long passed;
  private long headOfPage = Long.MAX_VALUE;
  private long saved;
  private Instant saveAt = Instant.MIN;
  private Instant readAt = Instant.MIN;
  private boolean isAtItsEnd;
  private Instant redriveAt = Instant.MIN;
  private int failures;
  private int running;
  private long numbers;
  private boolean holding;
  private boolean isHeldUp;
  private boolean finishedSome;

  /** A task's work has ended. */
  private record Ended(
      KeyTask task,
      Part part,
      @Nullable Object value,
      @Nullable Throwable failure,
      Runnable settle) {}

  KeyedDrive(Processing processing, Progress from, Grant grant, Stopping stopping, Runnable wake) {
    this.grant = grant;
    this.processing = processing;
    this.standing = processing.standing();
    this.options = processing.options();
    this.stopping = stopping;
    this.wake = wake;
    this.gate = new BreakerGate(processing, wake);
    this.blocked = new BlockedKeys(options.ordering(), from.blocked());
    this.adaptive = new AdaptiveConcurrency(options.concurrency());
    this.judge = new Blocking(processing, blocked, stopping);
    this.redriving = new Redriving(processing, blocked, stopping, this::moved, wake);
    this.saving = new InFlight(wake);
    this.lanes = new KeyLanes(options.ordering());
    this.before = from.slots();
    this.coveredTo =
        Math.max(
            before.stream().mapToLong(SlotCheckpoint::furthest).max().orElse(0),
            blocked.furthest());
    this.passed = from.position();
    this.saved = from.position();
    this.subscription = processing.store().subscribe(processing.driver().query(), from.position());
    subscription.onAvailable(wake);
    standing.blocked(blocked.all());
  }

  @Override
  public void settle() {
    saving.settle();
    redriving.settle();
    for (Ended one = ended.poll(); one != null; one = ended.poll()) {
      running--;
      options.leaves();
      one.settle().run();
      gate.ended(one.task().entered, one.failure());
      one.task().entered = BreakerGate.NOT_ENTERED;
      if (!one.part().events().isEmpty() && one.task().unanswered == null) {
        boolean isDone = one.failure() == null;
        adaptive.ended(one.task().began, processing.now(), isDone ? one.part().events().size() : 0);
      }
      settle(one);
    }
    standing.runs(running, limit());
  }

  private void settle(Ended one) {
    KeyTask task = one.task();
    Throwable failure = one.failure();
    Throwable unanswered = task.unanswered;
    if (failure == null) {
      task.unanswered = null;
      if (unanswered == null || Boolean.TRUE.equals(one.value())) {
        done(task, one.part());
      } else {
        failed(task, one.part(), unanswered);
      }
    } else if (unanswered != null && !Processing.isFatal(failure)) {
      String what = "did not learn whether it has handled " + Processing.eventsOf(one.part());
      failures++;
      standing.failed(what + ": " + failure.getMessage());
      later(task, what, failure, options.retry().backoff(failures, processing.seams().random()));
    } else if (unanswered == null && EventFailure.mayBeSaved(failure)) {
      task.unanswered = failure;
      later.add(task);
    } else {
      failed(task, one.part(), failure);
    }
  }

  @Override
  public Next step(Mode mode) {
    if (mode == Mode.NOTHING) {
      return Next.Signal.WAIT;
    }
    Instant now = processing.now();
    redrive(now, mode);
    if (mode == Mode.REDRIVES) {
      return nextRedrive(now);
    }
    boolean isLevel = !holding && mayRead() && read(now);
    dispatch(now);
    save(now);
    standing.reached(lanes.low(passed));
    standing.runs(running, limit());
    return next(now, isLevel);
  }

  /** A key is let go only when everything before is handled: then nothing is read for a moment. */
  private void redrive(Instant now, Mode mode) {
    Instant due = redriveDue();
    if (due == null) {
      holding = false;
      return;
    }
    if (!redriving.isIdle()) {
      return;
    }
    if (now.isBefore(due)) {
      holding = redriving.isUnanswered();
      return;
    }
    boolean isBeyond = passed >= coveredTo; // what slots cover of the key is behind it, too
    boolean drained =
        isBeyond
            && mode == Mode.EVERYTHING
            && lanes.pending() == 0
            && running == 0
            && saving.isEmpty();
    boolean stalls = !drained && allWait(now); // perhaps without end: others must not
    boolean begun = redriving.begin(passed, drained);
    holding = (isBeyond && !stalls && (drained || !begun)) || redriving.isUnanswered();
    if (!begun && !holding) {
      redriveAt = now.plus(ASK_AGAIN);
    }
  }

  private @Nullable Instant redriveDue() {
    Instant due = redriving.dueAt();
    return due == null || due.isAfter(redriveAt) ? due : redriveAt;
  }

  /** Whether nothing can be done of what was read, until it is time to try something again. */
  private boolean allWait(Instant now) {
    KeyTask first = later.peek();
    return running == 0 && first != null && now.isBefore(first.notBefore) && !lanes.isReady();
  }

  private Next nextRedrive(Instant now) {
    Instant due = redriveDue();
    return due == null || !redriving.isIdle() || !now.isBefore(due)
        ? Next.Signal.WAIT
        : new Next.After(Duration.between(now, due));
  }

  /** While the breaker is not closed, only what it takes to see. */
  private boolean mayRead() {
    return gate.isClosed() || (gate.mayTry() && lanes.pending() == 0);
  }

  /** Reads ahead; whether there was nothing more to read. */
  private boolean read(Instant now) {
    while (!isAtItsEnd && mayRead() && lanes.pending() < MOST_PENDING && !now.isBefore(readAt)) {
      EventPage page;
      try {
        headOfPage = processing.store().head();
        page = subscription.poll(Math.min(PAGE, MOST_PENDING - lanes.pending()));
      } catch (MillraceException unread) {
        failedOnce("could not read the events after " + passed, unread);
        return false;
      }
      boolean nothing = page.events().isEmpty() && page.examined() == passed;
      if (!canBeShared(page.events())) {
        return false;
      }
      passed = page.examined();
      for (RecordedEvent event : page.events()) {
        if (isMine(event) && (event.position() > coveredTo || !wasFinished(event))) {
          lanes.offer(event);
        }
      }
      if (nothing) {
        return true;
      }
    }
    return false;
  }

  /** Whether this process has the share of its keys. */
  private boolean isMine(RecordedEvent event) {
    return grant.isEverything() || grant.has(shareOf(options.ordering().keysOf(event).get(0)));
  }

  /** Of several keys, nobody could know whether it is its turn in the lanes of another process. */
  private boolean canBeShared(List<RecordedEvent> events) {
    if (grant.isEverything() || processing.driver().shares() == 1) {
      return true;
    }
    for (RecordedEvent event : events) {
      List<OrderingKey> keys = options.ordering().keysOf(event);
      if (keys.stream().anyMatch(key -> shareOf(key) != shareOf(keys.get(0)))) {
        isAtItsEnd = true; // what was read is in nobody's lanes
        stopping.stop("could not share event " + event.position(), severalShares(event));
        return false;
      }
    }
    return true;
  }

  private StoreMismatchException severalShares(RecordedEvent event) {
    return new StoreMismatchException(
        "event "
            + event.position()
            + " has several keys ("
            + options.ordering().keysOf(event)
            + ") in shares that may belong to several processes. Say with Events.tags that events"
            + " have several values of the tag, so that one process has all of it");
  }

  private int shareOf(OrderingKey key) {
    return processing.driver().shares() == 1 ? 0 : KeySlots.shareOf(KeySlots.slotOf(key));
  }

  private boolean wasFinished(RecordedEvent event) {
    OrderingKey first = options.ordering().keysOf(event).get(0);
    return before.get(KeySlots.slotOf(first)).covers(event.position());
  }

  private void dispatch(Instant now) {
    isHeldUp = false;
    while (!held.isEmpty() && gate.mayTry() && enters()) {
      if (!begin(held.remove())) {
        break;
      }
    }
    for (KeyTask task = later.peek();
        task != null && !now.isBefore(task.notBefore) && enters();
        task = later.peek()) {
      later.poll();
      var unused = begin(task);
    }
    int limit = limit();
    boolean isAll = false;
    while (!isAll && running < limit && held.isEmpty() && gate.mayTry() && enters()) {
      List<KeyLanes.Entry> taken = lanes.take(Math.min(options.batch(), MOST_TOGETHER));
      if (taken.isEmpty()) {
        isAll = true;
        options.leaves();
        continue;
      }
      KeyTask task = new KeyTask(taken, options, ++numbers);
      if (blocked.isBlocked(taken.get(0).event)) {
        pass(task);
      } else {
        var unused = begin(task);
      }
    }
    adaptive.running(running, isAll);
  }

  private boolean enters() {
    isHeldUp = !options.enters(wake);
    return !isHeldUp;
  }

  /** How many handlers may run. */
  private int limit() {
    int fixed = standing.fixedConcurrency();
    if (fixed > 0) {
      return fixed;
    }
    return options.adapts() ? adaptive.limit() : options.concurrency();
  }

  /** Events of blocked keys wait in the store; other keys of an event wait behind it. */
  private void pass(KeyTask task) {
    List<BlockedKey> behind = new ArrayList<>();
    RecordedEvent event = task.first().event;
    for (OrderingKey key : task.first().keys) {
      if (blocked.find(key) == null) {
        behind.add(new BlockedKey(key, event.position() - 1, null, false));
      }
    }
    if (behind.isEmpty()) {
      options.leaves();
      finishedSome = true;
      task.entries().forEach(lanes::finished);
    } else {
      task.change = ProgressChange.of(behind);
      var unused = begin(task);
    }
  }

  /** Begins, unless the breaker lets it wait. */
  private boolean begin(KeyTask task) {
    if (task.calls()) {
      if (!gate.tryEnter()) {
        options.leaves();
        held.add(task);
        standing.is(ProcessorStatus.State.RETRYING);
        return false;
      }
      task.entered = gate.now();
    }
    running++;
    task.began = processing.now();
    boolean retries = failures > 0 || !failing.isEmpty();
    standing.is(retries ? ProcessorStatus.State.RETRYING : ProcessorStatus.State.CATCHING_UP);
    ProgressChange change = task.change;
    Part part =
        change != null
            ? new Part(List.of(), change)
            : new Part(
                task.run.part(),
                new ProgressChange(
                    ProgressChange.SAME, List.of(), List.of(), List.of(lanes.with(task.inPart()))));
    Tracing.Handling spans = processing.tracing().handling(processing.driver(), part.events());
    ProcessorDriver driver = processing.driver();
    CompletableFuture<?> work =
        task.unanswered != null
            ? driver.isSaved(part.change())
            : part.events().isEmpty() ? driver.save(part.change()) : driver.handle(part, spans);
    var unused =
        work.whenComplete((value, failure) -> {
          ended.add(
              new Ended(
                  task,
                  part,
                  value,
                  failure,
                  () -> spans.end(failure == null ? null : EventFailure.reasonOf(failure))));
          wake.run();
        });
    return true;
  }

  private void done(KeyTask task, Part part) {
    failures = 0;
    finishedSome = true;
    if (task.change != null) {
      if (part.change().blocked().stream().anyMatch(one -> one.letter() != null)) {
        judge.failed();
      }
      task.change = null;
      moved(part.change());
      lanes.finished(task.passFirst());
      standing.fine();
    } else {
      List<RecordedEvent> events = part.events();
      judge.handled(events.size());
      standing.handled(events.size(), events.get(events.size() - 1).time());
      task.inPart().forEach(lanes::finished);
      task.handled();
    }
    task.problem = null;
    failing.remove(task);
    if (!failing.isEmpty()) { // the success of one key says nothing of the others
      standing.stillFails(failing.iterator().next().problem);
    }
    if (task.isEmpty()) {
      return;
    }
    if (blocked.isBlocked(task.first().event)) {
      task.entries().forEach(lanes::finished);
    } else {
      later.add(task);
    }
  }

  private void moved(ProgressChange change) {
    blocked.saved(change);
    if (!change.blocked().isEmpty() || !change.freed().isEmpty()) {
      standing.blocked(blocked.all());
    }
    if (change.position() != ProgressChange.SAME) {
      saved = change.position();
    }
  }

  private void failed(KeyTask task, Part part, Throwable failure) {
    String what = Processing.describe(part);
    Throwable reason = EventFailure.reasonOf(failure);
    failures++;
    if (Processing.isFatal(failure)) {
      stuck.add(task);
      stopping.stop(what, reason);
      return;
    }
    if (!part.events().isEmpty() && gate.holdsBack(failure)) { // no attempt: it is not the event
      task.run.forgive();
      task.problem = gate.problem(what, reason);
      standing.failed(task.problem);
      failing.add(task);
      held.add(task);
      return;
    }
    standing.failed(what + ": " + reason.getMessage());
    if (part.events().isEmpty()) { // what blocks it could not be saved
      later(task, what, reason, options.retry().backoff(failures, processing.seams().random()));
      return;
    }
    switch (task.run.failed(failure, processing.now(), processing.seams().random())) {
      case Run.Verdict.Smaller smaller -> later.add(task);
      case Run.Verdict.Later(Duration delay) -> later(task, what, reason, delay);
      case Run.Verdict.PassedOver passed -> {
        judge.passedOver(failure);
        task.change = // or a program that knows it would handle it after later ones of its key
            new ProgressChange(
                ProgressChange.SAME,
                List.of(),
                List.of(),
                List.of(lanes.with(List.of(task.first()))));
        later.add(task);
      }
      case Run.Verdict.Exhausted exhausted -> {
        List<BlockedKey> kept = judge.judge(exhausted, what, failure);
        if (kept.isEmpty()) {
          stuck.add(task);
        } else {
          task.change = ProgressChange.of(kept);
          later.add(task);
        }
      }
    }
  }

  private void later(KeyTask task, String what, Throwable reason, Duration delay) {
    task.problem = what + ": " + reason.getMessage();
    failing.add(task);
    task.notBefore = processing.now().plus(delay);
    later.add(task);
    LOG.warn("{} {}; trying again in {} ms", processing.who(), what, delay.toMillis(), reason);
  }

  private void failedOnce(String what, Throwable failure) {
    if (Processing.isFatal(failure) || failure instanceof StoreClosedException) {
      stopping.stop(what, failure);
      return;
    }
    standing.failed(what + ": " + failure.getMessage());
    failures++;
    Duration delay = options.retry().backoff(failures, processing.seams().random());
    readAt = processing.now().plus(delay);
    LOG.warn("{} {}; trying again in {} ms", processing.who(), what, delay.toMillis(), failure);
  }

  /** Moves the checkpoint to where everything is finished. */
  private void save(Instant now) {
    long low = lanes.low(passed);
    if (!isSavingDue(low) || holding || now.isBefore(saveAt)) {
      return;
    }
    finishedSome = false;
    saveAt = now.plus(SAVE_EVERY);
    saving.submit(
        processing.driver().save(ProgressChange.to(low)),
        done -> saved = Math.max(saved, low),
        failure -> failedOnce("could not save that it is at " + low, failure));
  }

  private boolean isSavingDue(long low) {
    return saving.isEmpty() && low > saved && (finishedSome || low - saved >= Lane.ADVANCE_EVERY);
  }

  private Next next(Instant now, boolean isLevel) {
    boolean level = isLevel && lanes.pending() == 0;
    if (level && running == 0) {
      standing.is(ProcessorStatus.State.LIVE);
    }
    Instant due = later.isEmpty() || isHeldUp ? null : later.peek().notBefore;
    due = sooner(due, isRedriveToWait() ? redriveDue() : null);
    due = sooner(due, now.isBefore(readAt) ? readAt : null);
    due = sooner(due, gate.notBefore());
    due = sooner(due, isSavingDue(lanes.low(passed)) && !holding ? saveAt : null);
    if (due == null) {
      return Next.Signal.WAIT;
    }
    return now.isBefore(due) ? new Next.After(Duration.between(now, due)) : Next.Signal.AGAIN;
  }

  private boolean isRedriveToWait() {
    return redriving.isIdle() && (!holding || redriving.isUnanswered());
  }

  private static @Nullable Instant sooner(@Nullable Instant one, @Nullable Instant other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isBefore(other) ? one : other;
  }

  @Override
  public boolean isIdle() {
    return running == 0 && redriving.isIdle() && saving.isEmpty();
  }

  @Override
  public long levelAt() {
    return headOfPage <= lanes.low(passed) && blocked.all().isEmpty()
        ? lanes.low(passed)
        : ProgressChange.SAME;
  }

  @Override
  public void resumed() {
    judge.resumed();
    redriving.resumed();
    readAt = Instant.MIN;
    redriveAt = Instant.MIN;
    List<KeyTask> all = new ArrayList<>(later);
    all.addAll(stuck);
    later.clear();
    stuck.clear();
    for (KeyTask task : all) {
      task.notBefore = Instant.MIN;
      task.run.forgive();
      later.add(task);
    }
  }

  @Override
  public boolean isRedriveHalted() {
    return redriving.isHalted();
  }

  @Override
  public boolean isRedriveLaidDown() {
    return redriving.isHalted() && !redriving.isUnanswered();
  }

  @Override
  public BlockedKeys blocked() {
    return blocked;
  }

  @Override
  public void close() {
    gate.close();
    subscription.close();
  }
}
