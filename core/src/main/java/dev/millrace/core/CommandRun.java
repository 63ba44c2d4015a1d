package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.seam.Seams;
import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.TagValue;
import io.opentelemetry.api.trace.Span;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * The life of one command: read the views to one head, decide, append under the condition that the
 * reads imply; on a conflict read what is new and decide again. It never blocks on the append.
 */
final class CommandRun<R> {
  /** Most attempts before a command that keeps meeting conflicts is given up. */
  static final int MAX_ATTEMPTS = 256;

  private static final long NOWHERE = -1;

  private final Context context;
  private final EventStore store;
  private final StateReader states;
  private final Seams seams;
  private final Tracing tracing;
  private final List<AppendObserver> observers;
  private final Command<R> command;
  private final CommandEnvelope envelope;
  private final Decider decider;
  private final UUID appendId;
  private final CommandKeeping keeping;

  CommandRun(
      Context context,
      EventStore store,
      StateReader states,
      Seams seams,
      Tracing tracing,
      List<AppendObserver> observers,
      Command<R> command,
      CommandEnvelope envelope) {
    this.context = context;
    this.store = store;
    this.states = states;
    this.seams = seams;
    this.tracing = tracing;
    this.observers = observers;
    this.command = command;
    this.envelope = envelope;
    this.decider = context.decider(command);
    this.keeping = new CommandKeeping(context, decider, command, envelope.id(), envelope.tenant());
    this.appendId = AppendIds.of(context.name(), envelope.tenant(), envelope.id());
  }

  /** Stands in the store, to tell a repetition from another command: must never change. */
  static long digest(String command, Bytes payload) {
    return new Fingerprint().add(command).add(payload.buffer()).toLong();
  }

  /** Runs the first attempt on this thread. */
  CompletableFuture<Outcome<R>> start() {
    if (store.isRemote()) {
      CompletableFuture<Outcome<R>> remembered = attemptFromMemory();
      if (remembered != null) {
        return remembered;
      }
    }
    Optional<Outcome<R>> before = earlierAnswer();
    return before.isPresent() ? CompletableFuture.completedFuture(before.get()) : attempt(1);
  }

  /**
   * Decides on what is remembered, without asking the store anything: the append brings out both
   * whether the id is new and whether the state was. States of several positions would make
   * conflicts where there are none, and a decision that stores nothing must be made at a head: null
   * then.
   */
  private @Nullable CompletableFuture<Outcome<R>> attemptFromMemory() {
    List<Loaded> loaded = load();
    long position = NOWHERE;
    for (Loaded view : loaded) {
      for (ViewState key : view.keys()) {
        StateCache.Cached cached = key.cached();
        if (cached == null || (position != NOWHERE && cached.position() != position)) {
          return null;
        }
        position = cached.position();
      }
    }
    List<Query.Criterion> boundary = new ArrayList<>();
    List<DecidedOn> states = new ArrayList<>();
    Span span = tracing.decide(context.name(), decider.name(), 0, envelope.traceparent());
    Decision<?, ?> decision;
    try {
      decision = decider.decide().apply(read(loaded, position, boundary, states), command);
    } catch (Throwable failure) { // whatever it is, the trace must show it
      Tracing.end(span, failure);
      throw failure;
    }
    span.end();
    return decision instanceof Decision.Accept<?, ?> accept && !accept.isEmpty()
        ? append(
            Timings.eventsOf(context, accept), boundary, states, Math.max(position, 0), 0, span)
        : null;
  }

  private CompletableFuture<Outcome<R>> attempt(int number) {
    Span span = tracing.decide(context.name(), decider.name(), number, envelope.traceparent());
    List<Query.Criterion> boundary = new ArrayList<>();
    List<DecidedOn> states = new ArrayList<>();
    Decision<?, ?> decision;
    long head;
    try {
      List<Loaded> loaded = load();
      head = store.head();
      decision = decider.decide().apply(read(loaded, head, boundary, states), command);
    } catch (Throwable failure) { // whatever it is, the trace must show it
      Tracing.end(span, failure);
      throw failure;
    }
    span.end();
    return switch (decision) {
      case Decision.Reject<?, ?> reject ->
          CompletableFuture.completedFuture(rejected(reject, head));
      case Decision.Accept<?, ?> accept when accept.isEmpty() ->
          CompletableFuture.completedFuture(
              earlierAnswer().orElseGet(() -> new Accepted<>(emptyReceipt(head))));
      case Decision.Accept<?, ?> accept ->
          append(Timings.eventsOf(context, accept), boundary, states, head, number, span);
    };
  }

  /** The keys of whom it is about are durable before the append that uses them is submitted. */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private CompletableFuture<Outcome<R>> append(
      List<?> events,
      List<Query.Criterion> boundary,
      List<DecidedOn> states,
      long head,
      int number,
      Span decided) {
    Set<Subject> subjects = context.subjects(events, envelope.tenant());
    keeping.subject().ifPresent(subjects::add);
    CompletableFuture<Map<Subject, KeyState>> keys = context.keysFor(subjects);
    if (keys.isDone()) {
      return append(events, keys.join(), boundary, states, head, number, decided);
    }
    return keys.thenCompose(found ->
            seams
                .scheduler()
                .call("seal", () -> append(events, found, boundary, states, head, number, decided)))
        .thenCompose(outcome -> outcome);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private CompletableFuture<Outcome<R>> append(
      List<?> events,
      Map<Subject, KeyState> keys,
      List<Query.Criterion> boundary,
      List<DecidedOn> decidedOn,
      long head,
      int number,
      Span decided) {
    List<NewEvent> encoded = new ArrayList<>(events.size());
    for (Object event : events) {
      String salt = keys.isEmpty() ? "" : appendId + "/" + encoded.size();
      encoded.add(context.writeEvent(event, envelope.tenant(), salt, keys));
    }
    CommandRecord record = keeping.record(appendId, keeping.subject().map(keys::get).orElse(null));
    AppendCondition condition =
        boundary.isEmpty()
            ? AppendCondition.NONE
            : AppendCondition.noneMatching(new Query(envelope.tenant(), boundary), head);
    Span span = tracing.append(context.name(), encoded.size(), decided);
    Append append =
        new Append(appendId, envelope.tenant(), encoded, condition, metadata(span), record);
    Instant begun = seams.clock().instant();
    CompletableFuture<AppendResult> appended = store.append(append);
    return appended
        .whenComplete((result, failure) -> tracing.endAppend(span, appended, failure))
        .whenComplete((result, failure) -> observe(result, begun))
        .handle((result, failure) ->
            store.isRemote()
                ? settleAside(append, decidedOn, result, failure, number)
                : settle(result, failure, number))
        .thenCompose(next -> next);
  }

  /** What may ask the store, or folds, is nothing for the thread that completes appends. */
  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private CompletableFuture<Outcome<R>> settleAside(
      Append append,
      List<DecidedOn> decidedOn,
      @Nullable AppendResult result,
      @Nullable Throwable failure,
      int number) {
    return seams
        .scheduler()
        .call(
            "settle " + decider.name(),
            () -> {
              if (result instanceof AppendResult.Appended done) {
                if (done.repeated()) { // by this command, or by another with its id?
                  Optional<Outcome<R>> before = earlierAnswer();
                  if (before.isPresent()) {
                    return CompletableFuture.completedFuture(before.get());
                  }
                } else {
                  remember(append, decidedOn, done);
                }
              }
              return settle(result, failure, number);
            })
        .thenCompose(next -> next);
  }

  private void remember(Append append, List<DecidedOn> decidedOn, AppendResult.Appended done) {
    if (decidedOn.isEmpty()) {
      return;
    }
    List<RecordedEvent> own = new ArrayList<>(append.events().size());
    for (NewEvent event : append.events()) {
      own.add(
          new RecordedEvent(
              done.first() + own.size(),
              new EventId(append.id(), own.size()),
              event.type(),
              event.schemaVersion(),
              done.time(),
              append.tenant(),
              event.tags(),
              event.data(),
              append.metadata()));
    }
    for (DecidedOn state : decidedOn) {
      states.advance(state.view(), envelope.tenant(), state.tag(), state.entry(), own);
    }
  }

  private void observe(@Nullable AppendResult result, Instant begun) {
    if (!observers.isEmpty() && result instanceof AppendResult.Appended done && !done.repeated()) {
      Duration time = Duration.between(begun, seams.clock().instant());
      observers.forEach(observer -> observer.appended(context.name(), time));
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // the nested future is unfolded at once
  private CompletableFuture<Outcome<R>> settle(
      @Nullable AppendResult result, @Nullable Throwable failure, int number) {
    if (failure != null) {
      return afterFailure(failure);
    }
    return switch (result) {
      case AppendResult.Appended done ->
          CompletableFuture.completedFuture(
              new Accepted<>(receipt(done.first(), done.last(), done.time(), done.repeated())));
      case AppendResult.Conflict conflict when number >= MAX_ATTEMPTS ->
          CompletableFuture.failedFuture(
              new ConflictException(
                  "command '"
                      + decider.name()
                      + "' with id '"
                      + envelope.id()
                      + "' met new events at each of "
                      + MAX_ATTEMPTS
                      + " attempts, the last at position "
                      + conflict.position()
                      + "; send it again, or narrow what it reads"));
      case AppendResult.Conflict conflict ->
          seams
              .scheduler()
              .call("decide " + decider.name(), () -> attempt(number + 1))
              .thenCompose(next -> next);
      case null -> throw new IllegalStateException("the store answered neither result nor failure");
    };
  }

  /** An attempt with this id may have gone in beside this one, decided at another head. */
  private CompletableFuture<Outcome<R>> afterFailure(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof AppendIdReusedException) {
      Optional<Outcome<R>> before = earlierAnswer();
      if (before.isPresent()) {
        return CompletableFuture.completedFuture(before.get());
      }
    }
    return CompletableFuture.failedFuture(cause);
  }

  /** A view to read, its states' tags, and what the cache knows of them. */
  private record Loaded(Decider.Reading reading, ViewReader view, List<ViewState> keys) {}

  /** A state on which was decided. */
  private record DecidedOn(ViewReader view, TagValue tag, StateCache.Cached entry) {}

  private record ViewState(Object key, TagValue tag, StateCache.@Nullable Cached cached) {}

  private List<Loaded> load() {
    List<Loaded> loaded = new ArrayList<>(decider.readings().size());
    for (Decider.Reading reading : decider.readings()) {
      ViewReader view = states.reader(reading.view());
      List<ViewState> keys = new ArrayList<>();
      for (Object key : Carrying.in("the key of a view", () -> reading.keys().apply(command))) {
        TagValue tag = view.tag(key);
        keys.add(new ViewState(key, tag, states.cached(view, envelope.tenant(), tag)));
      }
      loaded.add(new Loaded(reading, view, keys));
    }
    return loaded;
  }

  private Object[] read(
      List<Loaded> loaded, long head, List<Query.Criterion> boundary, List<DecidedOn> decidedOn) {
    Object[] arguments = new Object[loaded.size()];
    for (int i = 0; i < arguments.length; i++) {
      Loaded view = loaded.get(i);
      Map<Object, Object> byKey = new LinkedHashMap<>();
      for (ViewState key : view.keys()) {
        if (!byKey.containsKey(key.key())) {
          boundary.add(view.view().criterion(key.tag()));
          StateCache.Cached entry =
              states.stateAt(head, view.view(), envelope.tenant(), key.tag(), key.cached());
          byKey.put(key.key(), entry.state());
          decidedOn.add(new DecidedOn(view.view(), key.tag(), entry));
        }
      }
      arguments[i] = view.reading().each() ? byKey : byKey.values().iterator().next();
    }
    return arguments;
  }

  @SuppressWarnings("unchecked") // the builder made the decider for commands with this rejection
  private Outcome<R> rejected(Decision.Reject<?, ?> reject, long head) {
    return earlierAnswer().orElseGet(() -> new Rejected<>((R) reject.reason(), emptyReceipt(head)));
  }

  /**
   * What was answered when this id was accepted before. Asked first, and again before an answer
   * that stores nothing: a repetition may have seen the effects of the first.
   */
  private Optional<Outcome<R>> earlierAnswer() {
    Optional<StoredAppend> found = store.find(appendId);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StoredAppend stored = found.get();
    CommandRecord first = stored.command();
    if (first == null || !keeping.isSame(first)) {
      throw new CommandIdReusedException(
          "context '"
              + context.name()
              + "': the command id '"
              + envelope.id()
              + "' was used before, for another '"
              + (first == null ? "append" : first.type())
              + "', accepted at position "
              + stored.first()
              + "; give each command an id of its own");
    }
    return Optional.of(new Accepted<>(receipt(stored.first(), stored.last(), stored.time(), true)));
  }

  private Metadata metadata(Span append) {
    String traceparent = Tracing.traceparent(append);
    String correlation = envelope.correlationId();
    String causation = envelope.causationId();
    return new Metadata(
        correlation == null ? envelope.id() : correlation,
        causation == null ? envelope.id() : causation,
        traceparent == null ? envelope.traceparent() : traceparent,
        envelope.actor());
  }

  private Receipt receipt(long first, long last, Instant time, boolean repeated) {
    return new Receipt(context.name(), store.identity(), first, last, time, repeated);
  }

  private Receipt emptyReceipt(long head) {
    return receipt(head + 1, head, seams.clock().instant(), false);
  }
}
