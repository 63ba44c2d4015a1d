package dev.millrace.testkit.history;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendTooLargeException;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreFullException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreOverloadedException;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.testkit.history.Call.Answer;
import dev.millrace.testkit.history.Call.Asked;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A store as one client sees it, who writes down what it asks and is answered. */
final class RecordingStore implements EventStore {
  private final History history;
  private final String client;
  private final EventStore store;

  RecordingStore(History history, String client, EventStore store) {
    this.history = history;
    this.client = client;
    this.store = store;
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    Call call = history.begin(client, new Asked.Appending(append));
    return store
        .append(append)
        .whenComplete((result, failure) -> history.end(call, answer(result, failure)));
  }

  private static Answer answer(@Nullable AppendResult result, @Nullable Throwable failure) {
    if (failure == null) {
      return result == null ? Answer.Unknown.UNKNOWN : new Answer.Ok(result);
    }
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    boolean refused =
        cause instanceof AppendIdReusedException
            || cause instanceof AppendTooLargeException
            || cause instanceof StoreOverloadedException
            || cause instanceof StoreFullException
            || cause instanceof StoreClosedException;
    return refused ? new Answer.Refused(cause) : Answer.Unknown.UNKNOWN;
  }

  @Override
  public long head() {
    Call call = history.begin(client, new Asked.Head());
    long head = store.head();
    history.end(call, new Answer.Position(head));
    return head;
  }

  @Override
  public Optional<StoredAppend> find(UUID appendId) {
    Call call = history.begin(client, new Asked.Finding(appendId));
    Optional<StoredAppend> found = store.find(appendId);
    history.end(call, new Answer.Found(found.orElse(null)));
    return found;
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    Call call = history.begin(client, new Asked.Reading(query, from, direction, limit));
    EventPage page = store.read(query, from, direction, limit);
    history.end(call, new Answer.Page(page));
    return page;
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    return new RecordingSubscription(query, store.subscribe(query, after));
  }

  @Override
  public StoreIdentity identity() {
    return store.identity();
  }

  @Override
  public SnapshotStore snapshots() {
    return store.snapshots();
  }

  @Override
  public OptionalLong bytes() {
    return store.bytes();
  }

  @Override
  public void close() {
    store.close();
  }

  /** Each poll is a forward read from where the last one ended. */
  private final class RecordingSubscription implements Subscription {
    private final Query query;
    private final Subscription subscription;

    RecordingSubscription(Query query, Subscription subscription) {
      this.query = query;
      this.subscription = subscription;
    }

    @Override
    public EventPage poll(int limit) {
      Asked asked = new Asked.Reading(query, subscription.position() + 1, Direction.FORWARD, limit);
      Call call = history.begin(client, asked);
      EventPage page = subscription.poll(limit);
      history.end(call, new Answer.Page(page));
      return page;
    }

    @Override
    public void onAvailable(Runnable wake) {
      subscription.onAvailable(wake);
    }

    @Override
    public long position() {
      return subscription.position();
    }

    @Override
    public void close() {
      subscription.close();
    }
  }
}
