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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Runs a {@link Reaction}: commands one after the other, then the checkpoint, which the store
 * keeps. After a crash the commands since the checkpoint are sent again with the same ids.
 */
final class ReactionDriver extends EffectDriver<List<ReactionDriver.Outgoing>> {
  private final Reaction reaction;
  private final Sender sender;

  /** Sends commands to wherever they are decided. */
  interface Sender {
    CompletableFuture<? extends Outcome<?>> send(Command<?> command, CommandEnvelope envelope);
  }

  /** A command to send. */
  record Outgoing(int event, Command<?> command, CommandEnvelope envelope) {}

  ReactionDriver(
      Context context, Reaction reaction, EventStore store, Scheduler scheduler, Sender sender) {
    super(context, "reaction", reaction.name(), reaction.isOnlyNew(), store, scheduler);
    this.reaction = reaction;
    this.sender = sender;
  }

  @Override
  public ProcessorStatus.Kind kind() {
    return ProcessorStatus.Kind.REACTION;
  }

  @Override
  public Query query() {
    return reaction.query(context().catalog());
  }

  @Override
  public ProcessorOptions options() {
    return reaction.options();
  }

  @Override
  List<Outgoing> prepare(List<RecordedEvent> events, Tracing.Handling spans, Attempt attempt)
      throws Exception {
    List<Outgoing> outgoing = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      attempt.at(i);
      RecordedEvent stored = events.get(i);
      int ordinal = 0;
      for (Command<?> command : commandsFor(read(i, stored))) {
        outgoing.add(new Outgoing(i, command, envelope(stored, ordinal++, spans)));
      }
    }
    return outgoing;
  }

  private List<Command<?>> commandsFor(Recorded<Object> recorded) throws Exception {
    Callable<List<Command<?>>> work = () -> reaction.commandsFor(recorded.event(), recorded);
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
  @Override
  CompletableFuture<Void> carryOut(List<Outgoing> outgoing, Attempt attempt) {
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
}
