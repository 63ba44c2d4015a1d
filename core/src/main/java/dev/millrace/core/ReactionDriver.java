package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreMismatchException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a {@link Reaction}: commands one after the other, then the checkpoint, which the store
 * keeps. After a crash the commands since the checkpoint are sent again with the same ids.
 */
final class ReactionDriver implements ProcessorDriver {
  private static final int BATCH = 256;

  private final Context context;
  private final Reaction reaction;
  private final EventStore store;
  private final Scheduler scheduler;
  private final Sender sender;

  /** Sends commands to wherever they are decided. */
  interface Sender {
    CompletableFuture<? extends Outcome<?>> send(Command<?> command, CommandEnvelope envelope);
  }

  /** A command to send. */
  private record Outgoing(Command<?> command, CommandEnvelope envelope) {}

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
  public int batch() {
    return BATCH;
  }

  @Override
  public CompletableFuture<Long> start() {
    OptionalLong found = ReactionCheckpoint.find(store, context.name(), name());
    if (found.isPresent()) {
      return CompletableFuture.completedFuture(found.getAsLong());
    }
    if (store.identity().epoch() > 1 && store.head() > 0) {
      return CompletableFuture.failedFuture(unreconciled());
    }
    long start = reaction.isOnlyNew() ? store.head() : 0;
    return save(start).thenApply(saved -> start);
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
  public CompletableFuture<Long> skip() {
    long head = store.head();
    return save(head).thenApply(saved -> head);
  }

  @Override
  public CompletableFuture<Void> handle(
      List<RecordedEvent> events, long upTo, Tracing.Handling spans) {
    return scheduler
        .call("reaction " + name(), () -> commandsFor(events, spans))
        .thenCompose(this::sendAll)
        .thenCompose(sent -> save(upTo));
  }

  private List<Outgoing> commandsFor(List<RecordedEvent> events, Tracing.Handling spans)
      throws Exception {
    List<Outgoing> outgoing = new ArrayList<>();
    for (RecordedEvent stored : events) {
      Object event = context.readEvent(stored);
      int ordinal = 0;
      for (Command<?> command : commandsFor(event, stored)) {
        outgoing.add(new Outgoing(command, envelope(stored, ordinal++, spans)));
      }
    }
    return outgoing;
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
  private CompletableFuture<Void> sendAll(List<Outgoing> outgoing) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    sendFrom(outgoing, 0, done);
    return done;
  }

  private void sendFrom(List<Outgoing> outgoing, int index, CompletableFuture<Void> done) {
    if (index == outgoing.size()) {
      done.complete(null);
      return;
    }
    Outgoing next = outgoing.get(index);
    var unused =
        sender
            .send(next.command(), next.envelope())
            .whenComplete((outcome, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
              } else {
                sendFrom(outgoing, index + 1, done);
              }
            });
  }

  @Override
  public CompletableFuture<Void> reset() {
    return save(0);
  }

  private CompletableFuture<Void> save(long position) {
    return ReactionCheckpoint.save(store, context.name(), name(), position);
  }
}
