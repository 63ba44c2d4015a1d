package dev.millrace.core;

import dev.millrace.core.personal.Carrying;
import dev.millrace.core.processing.HandlerTimeoutException;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a {@link Reaction}: commands one after the other, then the checkpoint, which the store
 * keeps. After a crash the commands since the checkpoint are sent again with the same ids.
 */
final class ReactionDriver implements ProcessorDriver {
  private final Context context;
  private final Reaction reaction;
  private final Scheduler scheduler;
  private final Sender sender;
  private final StoredProgress progress;

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
    this.scheduler = scheduler;
    this.sender = sender;
    this.progress =
        new StoredProgress(
            context.name(), "reaction", reaction.name(), reaction.isOnlyNew(), store, scheduler);
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
    return progress.start(grant);
  }

  @Override
  public CompletableFuture<Optional<Passed>> passed() {
    return progress.passed();
  }

  @Override
  public CompletableFuture<Progress> skip() {
    return progress.skip();
  }

  @Override
  public CompletableFuture<Progress> reset(Grant grant) {
    return progress.reset();
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

  @Override
  public CompletableFuture<Boolean> isSaved(ProgressChange change) {
    return progress.isSaved(change);
  }

  @Override
  public CompletableFuture<Void> save(ProgressChange change) {
    return progress.save(change);
  }
}
