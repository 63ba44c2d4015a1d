package dev.millrace.core;

import dev.millrace.core.DeadlineBook.Deadline;
import dev.millrace.core.deadline.DeadlineEvent;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineCancelled;
import dev.millrace.core.deadline.DeadlineEvent.DeadlineSet;
import dev.millrace.core.deadline.DeadlineEvent.DeadlinesPassed;
import dev.millrace.core.deadline.DeadlineEvent.Passed;
import dev.millrace.core.deadline.DeadlineEvent.ScheduleReached;
import dev.millrace.core.deadline.DeadlineStatus;
import dev.millrace.core.deadline.OpenDeadline;
import dev.millrace.core.processing.Retry;
import dev.millrace.core.seam.Next;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.seam.Worker;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the commands of a context's deadlines and schedules when their time has come. It follows
 * the store, so that all it knows can be found again; what it has sent it records there, many in
 * one event. A crash in between has commands sent again, with the same ids.
 *
 * <p>Only when it has seen all that is in the store does it send anything, so that none that was
 * cancelled before is sent. Nothing depends on how the clock goes but what is due.
 */
final class DeadlineWorker implements Worker {
  /** Commands that are decided at the same time. */
  static final int MAX_IN_FLIGHT = 256;

  private static final Logger LOG = LoggerFactory.getLogger(DeadlineWorker.class);
  private static final int PAGE = 1_000;
  private static final int NOTED_TOGETHER = 10_000;

  /** New events are looked for so often at most, when nothing is due. */
  private static final Duration LINGER = Duration.ofMillis(50);

  /** Somebody may put the clock forward, which no timer notices. */
  private static final Duration LOOK_AT_CLOCK = Duration.ofSeconds(1);

  private static final Retry RETRY =
      Retry.attempts(Retry.WITHOUT_END).backingOff(Duration.ofMillis(100), Duration.ofMinutes(1));
  private static final Query SET = Query.types(DeadlineSet.NAME).acrossTenants();
  private static final Query QUERY =
      Query.types(
              DeadlineSet.NAME, DeadlineCancelled.NAME, DeadlinesPassed.NAME, ScheduleReached.NAME)
          .acrossTenants();

  private final Context context;
  private final EventStore store;
  private final Seams seams;
  private final ReactionDriver.Sender sender;
  private DeadlineBook book = new DeadlineBook();
  private final Map<String, ScheduleRun> schedules = new LinkedHashMap<>();
  private final Queue<Runnable> ended = new ConcurrentLinkedQueue<>();
  private final Set<Deadline> inFlight = new LinkedHashSet<>();
  private final DeadlineRecorder recorder;
  private final DeadlineRequests requests;
  private final DeadlineSnapshots snapshots;
  private final Map<String, Instant> reached = new HashMap<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private @Nullable Subscription subscription;
  private @Nullable EventPage page; // polled, and not used up
  private int applied; // of the page's events
  private long position; // up to which everything was applied
  private long events; // since the last snapshot
  private int schedulesInFlight;
  private Instant before = Instant.MIN;
  private boolean level;
  private Instant nextLook = Instant.MIN;
  private int failures;
  private long fired;
  private long rejected;
  private @Nullable String problem;
  private volatile boolean available = true;
  private volatile boolean resting;
  private volatile boolean closing;
  private volatile DeadlineStatus status;
  private volatile Scheduler.@Nullable Running running;

  DeadlineWorker(Context context, EventStore store, Seams seams, ReactionDriver.Sender sender) {
    this.context = context;
    this.store = store;
    this.seams = seams;
    this.sender = sender;
    this.recorder = new DeadlineRecorder(context, store, seams, this::wake);
    this.requests = new DeadlineRequests(context, store, seams);
    this.snapshots = new DeadlineSnapshots(context, store, this::wake);
    context.schedules().forEach(one -> schedules.put(one.name(), new ScheduleRun(one)));
    this.status = statusAt(seams.clock().instant());
  }

  void begin() {
    running = seams.scheduler().start("millrace-deadlines-" + context.name(), this);
    wake();
  }

  private void wake() {
    Scheduler.Running current = running;
    if (current != null) {
      current.wake();
    }
  }

  /** How it stands; any thread. */
  DeadlineStatus status() {
    return status;
  }

  String context() {
    return context.name();
  }

  /** See {@link Millrace#openDeadlines}; any thread. */
  CompletableFuture<List<OpenDeadline>> open(int limit) {
    return asked(requests.open(limit));
  }

  /** See {@link Millrace#cancelDeadline}; any thread. */
  CompletableFuture<Boolean> cancel(Tenant tenant, String key, String actor) {
    return asked(requests.cancel(tenant, key, actor));
  }

  private <T> CompletableFuture<T> asked(CompletableFuture<T> answer) {
    if (closed.isDone()) {
      requests.refuseAsked();
    } else {
      wake();
    }
    return answer;
  }

  /** Sends nothing more, and completes when what was sent is recorded, if it can be. */
  CompletableFuture<Void> close() {
    closing = true;
    wake();
    return closed;
  }

  @Override
  public Next step() {
    resting = false;
    Instant now = seams.clock().instant();
    try {
      return move(now);
    } catch (RuntimeException | Error unexpected) {
      failures++;
      Duration delay = RETRY.backoff(failures, seams.random());
      problem = unexpected.toString();
      LOG.warn(
          "the deadlines of {} cannot go on; trying again in {} ms",
          context.name(),
          delay.toMillis(),
          unexpected);
      return new Next.After(delay);
    } finally {
      status = statusAt(now);
    }
  }

  private Next move(Instant now) {
    if (now.isBefore(before)) {
      putBack(now);
    }
    before = now;
    for (Runnable one = ended.poll(); one != null; one = ended.poll()) {
      one.run();
    }
    recorder.settle();
    if (closing) {
      return close(now);
    }
    boolean all = book.note(now, NOTED_TOGETHER);
    boolean asked = requests.take();
    if (asked || (available && (!level || book.hasDue() || !now.isBefore(nextLook)))) {
      look(now);
      if (!level) {
        return Next.Signal.AGAIN;
      }
      requests.answer(book, inFlight);
    }
    if (snapshots.isDue(events, book)) {
      events = 0;
      snapshots.save(state());
    }
    recorder.record(now);
    for (Deadline next = free(); next != null; next = free()) {
      fire(next);
    }
    Instant until = actAll(now);
    failures = 0;
    return all && until.isAfter(now) ? rest(now, until) : Next.Signal.AGAIN;
  }

  private @Nullable Deadline free() {
    return inFlight.size() < MAX_IN_FLIGHT ? book.take() : null;
  }

  /** Whatever waits for a time would wait for as long as the clock was put back. */
  private void putBack(Instant now) {
    nextLook = now;
    recorder.retryFrom(now);
    book.retryFrom(now);
    schedules.values().forEach(one -> one.retryFrom(now));
  }

  /**
   * Reads what is new. When an event cannot be read, it and those after it are not passed over: the
   * subscription is past them, so the page is kept.
   */
  private void look(Instant now) {
    available = false;
    level = false;
    try {
      Subscription following = subscription;
      if (following == null) {
        restore();
        following = store.subscribe(QUERY, position);
        subscription = following;
        following.onAvailable(this::available);
      }
      long head = store.head();
      EventPage current = page;
      if (current == null) {
        current = following.poll(PAGE);
        page = current;
        applied = 0;
      }
      for (; applied < current.events().size(); applied++) {
        apply(current.events().get(applied));
      }
      page = null;
      position = current.examined();
      events += current.events().size();
      level = position >= head;
      nextLook = now.plus(LINGER);
    } finally {
      if (!level) {
        available = true;
      }
    }
  }

  /** What was kept, so that only what came after it is read. */
  private void restore() {
    snapshots
        .load()
        .ifPresent(kept -> {
          book = kept.book();
          position = kept.position();
          kept.reached().forEach(this::reached);
        });
  }

  private DeadlineSnapshots.State state() {
    return new DeadlineSnapshots.State(book, reached, position);
  }

  private void reached(String name, Instant at) {
    DeadlineSnapshots.reached(reached, name, at);
    ScheduleRun schedule = schedules.get(name);
    if (schedule != null) {
      schedule.reached(at);
    }
  }

  private void apply(RecordedEvent stored) {
    DeadlineEvent event = (DeadlineEvent) context.readEvent(stored);
    book.apply(stored, event);
    if (event instanceof ScheduleReached there) {
      reached(there.schedule(), there.at());
    }
  }

  /** There may be new events. While it rests, it will look by itself. */
  private void available() {
    available = true;
    if (!resting) {
      wake();
    }
  }

  /** Waits for an answer, for new events, or until something is due. */
  private Next rest(Instant now, Instant until) {
    Instant wanted = until;
    if (available) {
      resting = true;
      wanted = earlier(wanted, nextLook);
    }
    Instant due = book.next();
    if (due != null) {
      wanted = earlier(wanted, due);
    }
    wanted = earlier(wanted, recorder.next());
    if (book.open() == 0 && schedules.isEmpty() && recorder.isIdle() && !available) {
      return Next.Signal.WAIT;
    }
    return new Next.After(wanted.isAfter(now) ? Duration.between(now, wanted) : Duration.ZERO);
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  private void fire(Deadline deadline) {
    inFlight.add(deadline);
    send(
        () -> stored(deadline),
        (outcome, failure) -> {
          inFlight.remove(deadline);
          if (failure == null) {
            decided(outcome);
            recorder.passed(
                deadline.key().tenant(), new Passed(deadline.key().key(), deadline.position()));
          } else if (book.isOpen(deadline)) {
            Duration delay =
                failed("deadline '" + deadline.key().key() + "'", deadline.attempts(), failure);
            book.again(deadline, before.plus(delay));
          }
        });
  }

  /** What a command is sent with. */
  private record Sending(Command<?> command, CommandEnvelope envelope) {}

  private Sending stored(Deadline deadline) {
    List<RecordedEvent> there = store.read(SET, deadline.position(), Direction.FORWARD, 1).events();
    if (there.isEmpty() || there.get(0).position() != deadline.position()) {
      throw new IllegalStateException(
          "the event at "
              + deadline.position()
              + ", which set deadline '"
              + deadline.key().key()
              + "', is not there any more");
    }
    RecordedEvent stored = there.get(0);
    DeadlineSet set = (DeadlineSet) context.readEvent(stored);
    String id = "millrace:deadline/" + stored.id();
    String flow = stored.metadata().correlationId();
    return new Sending(
        Timings.commandOf(context, set),
        CommandEnvelope.of(id)
            .forTenant(stored.tenant())
            .by("deadline:" + set.key())
            .within(flow == null ? id : flow, stored.id().toString()));
  }

  private Instant actAll(Instant now) {
    Instant until = now.plus(LOOK_AT_CLOCK);
    for (ScheduleRun schedule : schedules.values()) {
      until = earlier(until, act(schedule, now));
    }
    return until;
  }

  /** Does what a schedule has to do; when it wants to be asked again. */
  private Instant act(ScheduleRun schedule, Instant now) {
    ScheduleRun.Act act;
    try {
      act = schedule.act(now);
    } catch (RuntimeException | Error unexpected) { // of the user's recurrence: this one only waits
      return cannotTell(schedule, now, unexpected);
    }
    return switch (act) {
      case ScheduleRun.Act.Wait(Instant then) -> then;
      case ScheduleRun.Act.Rest rest -> Instant.MAX;
      case ScheduleRun.Act.Send(Instant occurrence) -> {
        send(schedule, occurrence);
        yield Instant.MAX;
      }
      case ScheduleRun.Act.Pass(Instant to) -> {
        recorder.reached(new ScheduleReached(schedule.schedule().name(), to));
        yield now;
      }
      case ScheduleRun.Act.Again again -> now;
    };
  }

  private Instant cannotTell(ScheduleRun schedule, Instant now, Throwable failure) {
    Duration delay = RETRY.backoff(schedule.notTold() + 1, seams.random());
    problem =
        "schedule '" + schedule.schedule().name() + "' cannot tell when it is next: " + failure;
    LOG.warn("in {} {}; asking again in {} ms", context.name(), problem, delay.toMillis(), failure);
    schedule.cannotTell(now.plus(delay), problem);
    return now.plus(delay);
  }

  private void send(ScheduleRun schedule, Instant occurrence) {
    String name = schedule.schedule().name();
    String id = "millrace:schedule/" + name + "/" + occurrence;
    schedulesInFlight++;
    send(
        () ->
            new Sending(
                schedule.schedule().commandAt(occurrence),
                CommandEnvelope.of(id).by("schedule:" + name)),
        (outcome, failure) -> {
          schedulesInFlight--;
          if (failure == null) {
            decided(outcome);
            schedule.sent(occurrence);
            recorder.reached(new ScheduleReached(name, occurrence));
          } else {
            Duration delay = failed("schedule '" + name + "'", schedule.attempts(), failure);
            schedule.failed(before.plus(delay), String.valueOf(failure.getMessage()));
          }
        });
  }

  /** What follows when a command was decided, or was not; in a step. */
  private interface End {
    void of(@Nullable Outcome<?> outcome, @Nullable Throwable failure);
  }

  private void send(Callable<Sending> what, End end) {
    CompletableFuture<? extends Outcome<?>> sent =
        seams
            .scheduler()
            .call("deadline of " + context.name(), what)
            .thenCompose(one -> sender.send(one.command(), one.envelope()));
    var unused =
        sent.whenComplete((outcome, failure) -> {
          ended.add(() -> end.of(outcome, failure));
          wake();
        });
  }

  private void decided(@Nullable Outcome<?> outcome) {
    fired++;
    rejected += outcome instanceof Rejected<?> ? 1 : 0;
  }

  /** Says how long to wait until the next attempt. */
  private Duration failed(String what, int attempts, Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    Duration delay = RETRY.backoff(attempts + 1, seams.random());
    problem = what + ": " + cause.getMessage();
    LOG.warn(
        "the command of {} of {} could not be decided (attempt {}); trying again in {} ms",
        what,
        context.name(),
        attempts + 1,
        delay.toMillis(),
        cause);
    return delay;
  }

  /** What is in flight ends; then what is left is recorded, if the store takes it at once. */
  private Next close(Instant now) {
    if (!inFlight.isEmpty() || schedulesInFlight > 0) {
      return Next.Signal.WAIT;
    }
    if (!recorder.isIdle() && recorder.problem() == null) {
      recorder.record(now);
      return Next.Signal.WAIT;
    }
    if (page == null && snapshots.isDueAtTheEnd(events, book)) {
      events = 0;
      snapshots.save(state());
    }
    if (snapshots.isSaving()) {
      return Next.Signal.WAIT;
    }
    if (subscription != null) {
      subscription.close();
    }
    closed.complete(null);
    requests.giveBack(); // whoever asks from now on does it himself
    return Next.Signal.DONE;
  }

  private DeadlineStatus statusAt(Instant now) {
    Instant oldest = null;
    Deadline first = book.firstDue();
    if (first != null) {
      oldest = first.due();
    }
    for (Deadline one : inFlight) {
      oldest = oldest == null ? one.due() : earlier(oldest, one.due());
    }
    return new DeadlineStatus(
        context.name(),
        level,
        book.open(),
        book.due() + (long) inFlight.size(),
        inFlight.size(),
        book.failing(),
        fired,
        rejected,
        book.next(),
        oldest == null || now.isBefore(oldest) ? Duration.ZERO : Duration.between(oldest, now),
        recorder.problem() == null ? problem : recorder.problem(),
        schedules.values().stream().map(ScheduleRun::status).toList());
  }
}
