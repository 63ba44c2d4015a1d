package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.processing.HandlerTimeoutException;
import dev.millrace.core.processing.OrderingKey;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.MillraceException;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a {@link Reaction}: commands one after the other, then the checkpoint, which the store
 * keeps. After a crash the commands since the checkpoint are sent again with the same ids.
 */
final class ReactionDriver implements ProcessorDriver {
  /** A holder of the lease may save so often, as a power of two. */
  private static final int SAVINGS_BITS = 32;

  private final Context context;
  private final Reaction reaction;
  private final EventStore store;
  private final Scheduler scheduler;
  private final Sender sender;
  private Progress progress = Progress.at(0);
  private long saved;

  /** Sends commands to wherever they are decided. */
  interface Sender {
    CompletableFuture<? extends Outcome<?>> send(Command<?> command, CommandEnvelope envelope);
  }

  /** A command to send. */
  private record Outgoing(int event, Command<?> command, CommandEnvelope envelope) {}

  ReactionDriver(
      Context context, Reaction reaction, EventStore store, Scheduler scheduler, Sender sender) {
    this.context = context;
    this.reaction = reaction;
    this.store = store;
    this.scheduler = scheduler;
    this.sender = sender;
  }

  @Override
  public String name() {
    return reaction.name();
  }

  @Override
  public ProcessorStatus.Kind kind() {
    return ProcessorStatus.Kind.REACTION;
  }

  @Override
  public int version() {
    return 1;
  }

  @Override
  public Query query() {
    return reaction.query(context.catalog());
  }

  @Override
  public ProcessorOptions options() {
    return reaction.options();
  }

  /** Commands are sent in order, so it is whole. */
  @Override
  public int shares() {
    return 1;
  }

  @Override
  public CompletableFuture<Progress> start(Grant grant) {
    Optional<ReactionCheckpoint.Found> found;
    try {
      found = ReactionCheckpoint.read(store, context.name(), name());
    } catch (MillraceException unreadable) {
      return CompletableFuture.failedFuture(unreadable);
    }
    if (found.isPresent()) {
      synchronized (this) {
        saved = Math.max(found.get().saved(), firstOf(grant));
        progress = found.get().progress();
      }
      return grant.isEverything()
          ? CompletableFuture.completedFuture(found.get().progress())
          : save(found.get().progress()).thenApply(done -> found.get().progress());
    }
    synchronized (this) {
      saved = Math.max(saved, firstOf(grant));
    }
    long end;
    try {
      end = store.head();
    } catch (MillraceException unread) {
      return CompletableFuture.failedFuture(unread);
    }
    if (store.identity().epoch() > 1 && end > 0) {
      return CompletableFuture.failedFuture(unreconciled());
    }
    return moveTo(reaction.isOnlyNew() ? end : 0);
  }

  @Override
  public CompletableFuture<Optional<Passed>> passed() {
    return scheduler.call(
        "reaction " + name(),
        () ->
            Optional.of(
                Passed.upTo(ReactionCheckpoint.find(store, context.name(), name()).orElse(0))));
  }

  /**
   * The savings of later holders count from higher on, and the store keeps the highest: so what one
   * of before still saves is dropped.
   */
  private static long firstOf(Grant grant) {
    return grant.isEverything() ? 0 : grant.epoch(0) << SAVINGS_BITS;
  }

  /**
   * In a store that was restored or salvaged nothing tells what the reaction has done: what it sent
   * outside of the store before stays done.
   */
  private StoreMismatchException unreconciled() {
    return new StoreMismatchException(
        "reaction '"
            + name()
            + "' of context '"
            + context.name()
            + "' has no checkpoint in this history of the store ("
            + store.identity()
            + "), which was restored or salvaged, or the reaction is new. Say how it goes on: skip"
            + " takes the events that are there as handled, reset begins again with the first"
            + " (commands that were accepted are recognized by their ids); while the store is"
            + " stopped, with 'millrace log reconcile'");
  }

  @Override
  public CompletableFuture<Progress> skip() {
    try {
      return moveTo(store.head());
    } catch (MillraceException unread) {
      return CompletableFuture.failedFuture(unread);
    }
  }

  @Override
  public CompletableFuture<Progress> reset(Grant grant) {
    return moveTo(0);
  }

  private CompletableFuture<Progress> moveTo(long position) {
    return save(Progress.at(position)).thenApply(done -> Progress.at(position));
  }

  @Override
  public CompletableFuture<Void> handle(Part part, Tracing.Handling spans) {
    Attempt attempt = new Attempt(name(), scheduler, options().retry().timeLimit().orElse(null));
    return attempt.run(() ->
        scheduler
            .call("reaction " + name(), () -> commandsFor(part.events(), spans, attempt))
            .thenCompose(outgoing -> sendAll(outgoing, attempt))
            .thenCompose(sent -> {
              attempt.committing();
              attempt.commits();
              return save(part.change());
            }));
  }

  private List<Outgoing> commandsFor(
      List<RecordedEvent> events, Tracing.Handling spans, Attempt attempt) throws Exception {
    List<Outgoing> outgoing = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      attempt.at(i);
      RecordedEvent stored = events.get(i);
      Object event = read(i, stored);
      int ordinal = 0;
      for (Command<?> command : commandsFor(event, stored)) {
        outgoing.add(new Outgoing(i, command, envelope(stored, ordinal++, spans)));
      }
    }
    return outgoing;
  }

  private Object read(int index, RecordedEvent stored) {
    try {
      return context.readEvent(stored);
    } catch (RuntimeException unreadable) {
      throw EventFailure.ofReading(index, unreadable);
    }
  }

  private List<Command<?>> commandsFor(Object event, RecordedEvent stored) throws Exception {
    Recorded<Object> recorded = new Recorded<>(event, stored);
    Callable<List<Command<?>>> work = () -> reaction.commandsFor(event, recorded);
    return Carrying.calling("a reaction", work);
  }

  private CommandEnvelope envelope(RecordedEvent stored, int ordinal, Tracing.Handling spans) {
    Metadata metadata = stored.metadata();
    String id = commandId(reaction, stored.id(), ordinal);
    String correlation = metadata.correlationId();
    return CommandEnvelope.of(id)
        .forTenant(stored.tenant())
        .by("reaction:" + reaction.name())
        .within(correlation == null ? id : correlation, stored.id().toString())
        .tracedBy(spans.traceparent(stored));
  }

  /** Stands in the store as the id of an append: its form must never change. */
  static String commandId(Reaction reaction, EventId event, int ordinal) {
    return reaction.name() + "/" + event + "/" + ordinal;
  }

  /** One after the other; each hops to the scheduler, so that the chain does not grow the stack. */
  private CompletableFuture<Void> sendAll(List<Outgoing> outgoing, Attempt attempt) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    sendFrom(outgoing, 0, attempt, done);
    return done;
  }

  private void sendFrom(
      List<Outgoing> outgoing, int index, Attempt attempt, CompletableFuture<Void> done) {
    if (index == outgoing.size()) {
      done.complete(null);
      return;
    }
    Outgoing next = outgoing.get(index);
    try {
      attempt.at(next.event());
    } catch (HandlerTimeoutException givenUp) {
      done.completeExceptionally(givenUp);
      return;
    }
    var unused =
        sender
            .send(next.command(), next.envelope())
            .whenComplete((outcome, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
              } else {
                sendFrom(outgoing, index + 1, attempt, done);
              }
            });
  }

  /** What is newest was handed to the store before, and is handed to it again. */
  @Override
  public CompletableFuture<Boolean> isSaved(ProgressChange change) {
    return save(change).thenApply(saved -> true);
  }

  @Override
  public synchronized CompletableFuture<Void> save(ProgressChange change) {
    if (change.position() == ProgressChange.SAME
        && change.blocked().isEmpty()
        && change.freed().isEmpty()) {
      return CompletableFuture.completedFuture(null); // slots: the ids of its commands do for them
    }
    Progress now = progress;
    Map<OrderingKey, BlockedKey> blocked = new TreeMap<>();
    now.blocked().forEach(one -> blocked.put(one.key(), one));
    change.blocked().forEach(one -> blocked.put(one.key(), one));
    change.freed().forEach(blocked::remove);
    return save(
        new Progress(
            change.position() == ProgressChange.SAME ? now.position() : change.position(),
            List.copyOf(blocked.values())));
  }

  /** What was handed to the store is the newest, also while it is not durable yet. */
  private synchronized CompletableFuture<Void> save(Progress next) {
    progress = next;
    return ReactionCheckpoint.save(store, context.name(), name(), next, ++saved);
  }
}
