package dev.millrace.testkit;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreClosedException;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The event store's contract as the shortest code that fulfils it: a list in memory, searched event
 * by event. Other engines are compared with it, and tests use it where no disk is wanted; {@code
 * EventStore.open("memory:")} opens one.
 *
 * <p>Everything is answered at once, on the caller's thread. What is in it is gone with the object,
 * except that {@link #reopen()} stands for a restart. Safe for use from many threads, one at a
 * time.
 */
public class ModelEventStore implements EventStore {
  private final InstantSource clock;
  private final Memory memory;
  private final ModelSnapshots snapshots;
  private final List<ModelSubscription> subscriptions = new ArrayList<>();
  private boolean closed;

  /** What outlives a restart. */
  static final class Memory {
    final StoreIdentity identity;
    final List<RecordedEvent> events = new ArrayList<>();
    final Map<UUID, Kept> appends = new HashMap<>();

    Memory(StoreIdentity identity) {
      this.identity = identity;
    }
  }

  /** An append that went in. */
  record Kept(Append append, StoredAppend stored) {}

  ModelEventStore(InstantSource clock, Memory memory, ModelSnapshots snapshots) {
    this.clock = clock;
    this.memory = memory;
    this.snapshots = snapshots;
  }

  /** An empty store. */
  public static ModelEventStore create(InstantSource clock, UUID id) {
    StoreIdentity identity = new StoreIdentity(id, 1);
    return new ModelEventStore(clock, new Memory(identity), new ModelSnapshots(identity));
  }

  /** Another store with the same contents in a new history, as a restored backup is one. */
  public synchronized ModelEventStore restored() {
    StoreIdentity next = new StoreIdentity(memory.identity.id(), memory.identity.epoch() + 1);
    Memory copy = new Memory(next);
    copy.events.addAll(memory.events);
    copy.appends.putAll(memory.appends);
    return new ModelEventStore(clock, copy, new ModelSnapshots(next));
  }

  /** Closes this one and gives another with the same contents, as after a restart. */
  public ModelEventStore reopen() {
    close();
    return new ModelEventStore(clock, memory, snapshots);
  }

  @Override
  public synchronized StoreIdentity identity() {
    return memory.identity;
  }

  @Override
  public synchronized long head() {
    checkOpen();
    return memory.events.size();
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    AppendResult result;
    try {
      result = decide(append);
    } catch (AppendIdReusedException | StoreClosedException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    wakeSubscribers();
    return CompletableFuture.completedFuture(result);
  }

  synchronized AppendResult decide(Append append) {
    checkOpen();
    Kept before = known(append.id());
    if (before != null) {
      checkSame(before, append);
      StoredAppend stored = before.stored();
      return new AppendResult.Appended(stored.first(), stored.last(), stored.time(), true);
    }
    RecordedEvent intruder = newestMatch(append.condition());
    return intruder == null ? store(append) : new AppendResult.Conflict(intruder.position());
  }

  @Nullable RecordedEvent newestMatch(AppendCondition condition) {
    Query boundary = condition.failIfMatches();
    for (int i = memory.events.size(); boundary != null && i > condition.after(); i--) {
      RecordedEvent event = memory.events.get(i - 1);
      if (matches(boundary, event)) {
        return event;
      }
    }
    return null;
  }

  AppendResult store(Append append) {
    Instant time = clock.instant();
    long first = memory.events.size() + 1L;
    for (NewEvent event : append.events()) {
      long position = memory.events.size() + 1L;
      EventId id = new EventId(append.id(), (int) (position - first));
      memory.events.add(recorded(append, event, position, id, time));
    }
    long last = memory.events.size();
    StoredAppend stored =
        new StoredAppend(append.id(), first, last, time, append.metadata(), append.command());
    memory.appends.put(append.id(), new Kept(append, stored));
    return new AppendResult.Appended(first, last, time, false);
  }

  RecordedEvent recorded(Append append, NewEvent event, long position, EventId id, Instant time) {
    return new RecordedEvent(
        position,
        id,
        event.type(),
        event.schemaVersion(),
        time,
        append.tenant(),
        event.tags(),
        event.data(),
        append.metadata());
  }

  @Nullable Kept known(UUID id) {
    return memory.appends.get(id);
  }

  void checkSame(Kept before, Append append) {
    if (!before.append().tenant().equals(append.tenant())
        || !before.append().events().equals(append.events())) {
      throw new AppendIdReusedException(
          "append id "
              + append.id()
              + " was used for other content at position "
              + before.stored().first()
              + "; use a new id for a new append");
    }
  }

  boolean matches(Query query, RecordedEvent event) {
    return query.matches(event);
  }

  @Override
  public synchronized Optional<StoredAppend> find(UUID appendId) {
    checkOpen();
    return Optional.ofNullable(known(appendId)).map(Kept::stored);
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    return page(query, from, direction, limit);
  }

  private synchronized EventPage page(Query query, long from, Direction direction, int limit) {
    checkOpen();
    if (from < 0) {
      throw new IllegalArgumentException("from must not be negative: " + from);
    }
    if (limit < 1 || limit > MAX_PAGE) {
      throw new IllegalArgumentException("limit must be 1 to " + MAX_PAGE + ": " + limit);
    }
    return switch (direction) {
      case FORWARD -> forward(query, from, limit);
      case BACKWARD -> backward(query, Math.min(from, memory.events.size()), limit);
    };
  }

  EventPage forward(Query query, long from, int limit) {
    List<RecordedEvent> found = new ArrayList<>();
    long position = Math.max(from, 1);
    while (position <= memory.events.size() && found.size() < limit) {
      RecordedEvent event = memory.events.get((int) position - 1);
      if (matches(query, event)) {
        found.add(event);
      }
      position++;
    }
    return new EventPage(found, position == Math.max(from, 1) ? from - 1 : position - 1);
  }

  EventPage backward(Query query, long from, int limit) {
    List<RecordedEvent> found = new ArrayList<>();
    long position = from;
    while (position >= 1 && found.size() < limit) {
      RecordedEvent event = memory.events.get((int) position - 1);
      if (matches(query, event)) {
        found.add(event);
      }
      position--;
    }
    return new EventPage(found, position + 1);
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    if (after < 0) {
      throw new IllegalArgumentException("after must not be negative: " + after);
    }
    synchronized (this) {
      checkOpen();
      ModelSubscription subscription = new ModelSubscription(this, query, after);
      subscriptions.add(subscription);
      return subscription;
    }
  }

  synchronized void forget(ModelSubscription subscription) {
    subscriptions.remove(subscription);
  }

  void wakeSubscribers() {
    List<ModelSubscription> all;
    synchronized (this) {
      all = List.copyOf(subscriptions);
    }
    all.forEach(ModelSubscription::wake);
  }

  @Override
  public SnapshotStore snapshots() {
    return snapshots;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  final Memory memory() {
    return memory;
  }

  final InstantSource clock() {
    return clock;
  }

  private void checkOpen() {
    if (closed) {
      throw new StoreClosedException("the store in memory was closed; open another one");
    }
  }
}
