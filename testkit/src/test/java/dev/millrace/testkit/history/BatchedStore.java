package dev.millrace.testkit.history;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.SnapshotStore;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A store that gathers appends and makes them durable when it is told to, and forgets the others in
 * a crash; with one fault in it. For one thread.
 */
final class BatchedStore implements EventStore {
  /** What is wrong with it. */
  enum Fault {
    NOTHING,
    ACKNOWLEDGES_BEFORE_THE_SYNC,
    SKIPS_CONDITIONS_WITHIN_A_BATCH,
    REUSES_A_POSITION,
    SHOWS_BEFORE_THE_SYNC,
    STORES_A_REPETITION_AGAIN,
    KEEPS_HALF_AN_APPEND_IN_A_CRASH,
    PUTS_A_BATCH_BEFORE_THE_LAST,
    LETS_THE_HEAD_LAG,
    PASSES_OVER_AN_EVENT,
    IS_A_CONFLICT_WITH_NOTHING,
    STORES_WHAT_IT_REFUSES
  }

  private record Waiting(CompletableFuture<AppendResult> answer, AppendResult result) {}

  private final Fault fault;
  private final List<RecordedEvent> written = new ArrayList<>();
  private final Map<UUID, Appended> known = new HashMap<>();
  private final List<Waiting> waiting = new ArrayList<>();
  private int durable;
  private int shown;
  private int appends;

  BatchedStore(Fault fault) {
    this.fault = fault;
  }

  /** Makes everything durable, then answers. */
  void sync() {
    shown = durable;
    durable = written.size();
    List<Waiting> now = List.copyOf(waiting);
    waiting.clear();
    now.forEach(one -> one.answer().complete(one.result()));
  }

  /** What is not durable is gone, and whoever waited is never answered. */
  void crash() {
    waiting.clear();
    int half = durable + (fault == Fault.KEEPS_HALF_AN_APPEND_IN_A_CRASH ? 1 : 0);
    while (written.size() > Math.max(durable, Math.min(half, written.size()))) {
      known.remove(written.remove(written.size() - 1).id().append());
    }
    durable = written.size();
    shown = durable;
  }

  /** What there is, from the first to the last. */
  List<RecordedEvent> stored() {
    return List.copyOf(written.subList(0, durable));
  }

  private List<RecordedEvent> visible() {
    return fault == Fault.SHOWS_BEFORE_THE_SYNC ? written : written.subList(0, durable);
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    AppendResult result = decide(append);
    if (fault == Fault.ACKNOWLEDGES_BEFORE_THE_SYNC) {
      return CompletableFuture.completedFuture(result);
    }
    CompletableFuture<AppendResult> answer = new CompletableFuture<>();
    waiting.add(new Waiting(answer, result));
    return answer;
  }

  private AppendResult decide(Append append) {
    Appended before = known.get(append.id());
    if (before != null && fault != Fault.STORES_A_REPETITION_AGAIN) {
      return new Appended(before.first(), before.last(), before.time(), true);
    }
    Query query = append.condition().failIfMatches();
    List<RecordedEvent> against =
        fault == Fault.SKIPS_CONDITIONS_WITHIN_A_BATCH ? written.subList(0, durable) : written;
    long match =
        query == null
            ? 0
            : against.stream()
                .filter(event -> event.position() > append.condition().after())
                .filter(query::matches)
                .mapToLong(RecordedEvent::position)
                .max()
                .orElse(0);
    if (match > 0) {
      if (fault == Fault.STORES_WHAT_IT_REFUSES) {
        store(append);
        known.remove(append.id());
      }
      return new Conflict(match);
    }
    if (query != null && fault == Fault.IS_A_CONFLICT_WITH_NOTHING && ++appends % 7 == 0) {
      return new Conflict(Math.max(1, append.condition().after()));
    }
    return store(append);
  }

  private Appended store(Append append) {
    int at = written.size();
    if (fault == Fault.PUTS_A_BATCH_BEFORE_THE_LAST && ++appends % 5 == 0 && at > 0) {
      UUID last = written.get(at - 1).id().append();
      while (at > 0 && written.get(at - 1).id().append().equals(last)) {
        at--;
      }
    }
    boolean reuse = fault == Fault.REUSES_A_POSITION && ++appends % 7 == 0 && at > 0;
    long first = reuse ? at : at + 1L;
    List<RecordedEvent> events = new ArrayList<>();
    for (NewEvent event : append.events()) {
      int ordinal = events.size();
      events.add(recorded(append, event, ordinal, first + ordinal));
    }
    written.addAll(at, events);
    for (int i = at + events.size(); i < written.size(); i++) {
      written.set(i, moved(written.get(i), i + 1L));
    }
    long last = first + events.size() - 1;
    Appended appended = new Appended(first, last, Instant.EPOCH, false);
    known.put(append.id(), appended);
    return appended;
  }

  private static RecordedEvent recorded(Append append, NewEvent event, int ordinal, long position) {
    return new RecordedEvent(
        position,
        new EventId(append.id(), ordinal),
        event.type(),
        event.schemaVersion(),
        Instant.EPOCH,
        append.tenant(),
        event.tags(),
        event.data(),
        append.metadata());
  }

  private static RecordedEvent moved(RecordedEvent event, long position) {
    return new RecordedEvent(
        position,
        event.id(),
        event.type(),
        event.schemaVersion(),
        event.time(),
        event.tenant(),
        event.tags(),
        event.data(),
        event.metadata());
  }

  @Override
  public long head() {
    int size = fault == Fault.LETS_THE_HEAD_LAG ? shown : visible().size();
    return size == 0 ? 0 : written.get(size - 1).position();
  }

  @Override
  public Optional<StoredAppend> find(UUID id) {
    return Optional.ofNullable(known.get(id))
        .filter(one -> visible().stream().anyMatch(event -> event.id().append().equals(id)))
        .map(one ->
            new StoredAppend(
                id,
                one.first(),
                one.last(),
                one.time(),
                dev.millrace.core.store.Metadata.NONE,
                null));
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    List<RecordedEvent> all = new ArrayList<>(visible());
    boolean forward = direction == Direction.FORWARD;
    if (!forward) {
      java.util.Collections.reverse(all);
    }
    List<RecordedEvent> found = new ArrayList<>();
    for (RecordedEvent event : all) {
      boolean behind = forward ? event.position() >= from : event.position() <= from;
      boolean passed = fault == Fault.PASSES_OVER_AN_EVENT && event.position() % 11 == 0;
      if (behind && query.matches(event) && !passed) {
        found.add(event);
        if (found.size() == limit) {
          return new EventPage(found, event.position());
        }
      }
    }
    long newest = visible().isEmpty() ? 0 : visible().get(visible().size() - 1).position();
    return new EventPage(found, forward ? Math.max(from - 1, newest) : Math.min(from + 1, 1));
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    return new Subscription() {
      private long position = after;

      @Override
      public EventPage poll(int limit) {
        EventPage page = read(query, position + 1, Direction.FORWARD, limit);
        position = page.examined();
        return page;
      }

      @Override
      public void onAvailable(Runnable wake) {
        wake.run();
      }

      @Override
      public long position() {
        return position;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public StoreIdentity identity() {
    return new StoreIdentity(new UUID(5, 5), 1);
  }

  @Override
  public SnapshotStore snapshots() {
    throw new UnsupportedOperationException("no client of a history saves snapshots");
  }

  @Override
  public void close() {}
}
