package dev.millrace.core;

import dev.millrace.core.channel.Channel;
import dev.millrace.core.channel.Message;
import dev.millrace.core.seam.Scheduler;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Publication}: the messages of a part together, and when all of them are confirmed
 * the checkpoint, which the store keeps. After a crash the messages since the checkpoint are
 * published again with the same ids.
 */
final class PublicationDriver extends EffectDriver<PublicationDriver.Outgoing> {
  private final Publication publication;
  private final Channel channel;

  /** The messages of a part, and of which event each is. */
  record Outgoing(List<Message> messages, List<Integer> events) {}

  PublicationDriver(
      Context context,
      Publication publication,
      EventStore store,
      Scheduler scheduler,
      Channel channel) {
    super(context, "publication", publication.name(), publication.isOnlyNew(), store, scheduler);
    this.publication = publication;
    this.channel = channel;
  }

  @Override
  public ProcessorStatus.Kind kind() {
    return ProcessorStatus.Kind.PUBLICATION;
  }

  @Override
  public Query query() {
    return publication.query(context().catalog());
  }

  @Override
  public ProcessorOptions options() {
    return publication.options();
  }

  @Override
  Outgoing prepare(List<RecordedEvent> events, Tracing.Handling spans, Attempt attempt)
      throws Exception {
    Outgoing outgoing = new Outgoing(new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < events.size(); i++) {
      attempt.at(i);
      RecordedEvent stored = events.get(i);
      int ordinal = 0;
      for (Publication.Said said : publication.messagesFor(read(i, stored))) {
        outgoing.messages().add(message(said, stored, ordinal++, spans));
        outgoing.events().add(i);
      }
    }
    attempt.at(EventFailure.UNKNOWN);
    return outgoing;
  }

  private Message message(
      Publication.Said said, RecordedEvent stored, int ordinal, Tracing.Handling spans) {
    Metadata metadata = stored.metadata();
    String cause = stored.id().toString();
    String correlation = metadata.correlationId();
    String key = said.key() == null ? subject(stored) : said.key();
    return Message.named(
            publication.sourceIn(context().name()), messageId(stored.id(), ordinal), said.type())
        .key(key)
        .set("subject", key)
        .time(stored.time())
        .tenant(stored.tenant().equals(Tenant.DEFAULT) ? null : stored.tenant().name())
        .causedBy(correlation == null ? cause : correlation, cause, spans.traceparent(stored))
        .data(context().codec().contentType(), context().codec().encode(said.data()))
        .build();
  }

  private static @Nullable String subject(RecordedEvent stored) {
    TagValue subject = stored.subject();
    return subject == null ? null : subject.value();
  }

  /** Receivers know messages by it: its form must never change. */
  static String messageId(EventId event, int ordinal) {
    return event + "/" + ordinal;
  }

  /**
   * Everything at once. What failed first, in the order of the events, is what the part failed
   * with; nothing is decided before the broker has answered for each, so that nothing of this part
   * is on its way when it is tried again.
   */
  @Override
  CompletableFuture<Void> carryOut(Outgoing outgoing, Attempt attempt) {
    if (outgoing.messages().isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    List<CompletableFuture<Void>> answers = channel.publish(outgoing.messages());
    CompletableFuture<Void> done = new CompletableFuture<>();
    var unused =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
            .whenComplete((all, failure) -> {
              if (failure == null) {
                done.complete(null);
              } else {
                done.completeExceptionally(firstOf(answers, outgoing));
              }
            });
    return done;
  }

  private static EventFailure firstOf(List<CompletableFuture<Void>> answers, Outgoing outgoing) {
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).isCompletedExceptionally()) {
        Throwable failure = answers.get(i).exceptionNow();
        return new EventFailure(outgoing.events().get(i), failure);
      }
    }
    throw new IllegalStateException("one of them has failed");
  }
}
