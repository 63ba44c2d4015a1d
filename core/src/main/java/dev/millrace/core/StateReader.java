package dev.millrace.core;

import dev.millrace.core.spi.CodecException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Snapshot;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads states of views at a head: from the cache, else from a snapshot, else from the beginning,
 * and then the events since. Safe for use from many threads.
 */
final class StateReader {
  private static final Logger LOG = LoggerFactory.getLogger(StateReader.class);
  private static final int PAGE = 1_000;

  private final Context context;
  private final EventStore store;
  private final StateCache cache;
  private final InstantSource clock;
  private final Map<View<?, ?>, ViewReader> readers = new HashMap<>();
  private final AtomicLong eventsRead = new AtomicLong();
  private final LongAdder cacheHits = new LongAdder();
  private final LongAdder snapshotHits = new LongAdder();
  private final LongAdder fromEvents = new LongAdder();
  private final LongAdder refusedSnapshots = new LongAdder();

  StateReader(Context context, EventStore store, StateCache cache, InstantSource clock) {
    this.context = context;
    this.store = store;
    this.cache = cache;
    this.clock = clock;
  }

  /** How many events have been read so far, to see what caches and snapshots save. */
  long eventsRead() {
    return eventsRead.get();
  }

  StateActivity activity() {
    return new StateActivity(
        cacheHits.sum(),
        snapshotHits.sum(),
        fromEvents.sum(),
        refusedSnapshots.sum(),
        eventsRead.get());
  }

  ViewReader reader(View<?, ?> view) {
    synchronized (readers) {
      return readers.computeIfAbsent(view, unknown -> ViewReader.of(unknown, context.catalog()));
    }
  }

  /** What the cache knows; read this before the head, so that no state is ahead of the head. */
  StateCache.@Nullable Cached cached(ViewReader view, Tenant tenant, TagValue tag) {
    return cache.get(new StateCache.Key(view, tenant, tag));
  }

  /** The states that need no fold, at whatever positions: the cache's and the snapshot's. */
  List<StateCache.Cached> known(ViewReader view, Tenant tenant, TagValue tag) {
    StateCache.Cached cached = cached(view, tenant, tag);
    StateCache.Cached snapshot = fromSnapshot(view, tenant, tag);
    return cached == null ? List.of(snapshot) : List.of(snapshot, cached);
  }

  /**
   * The state at a head.
   *
   * @param cached what {@link #cached} answered before the head was taken
   */
  StateCache.Cached stateAt(
      long head, ViewReader view, Tenant tenant, TagValue tag, StateCache.@Nullable Cached cached) {
    StateCache.Cached start = cached;
    if (start == null) {
      start = fromSnapshot(view, tenant, tag);
      (start.position() > 0 ? snapshotHits : fromEvents).increment();
    } else {
      cacheHits.increment();
      if (start.position() >= head) {
        return start;
      }
    }
    StateCache.Cached entry = fold(head, view, tenant, tag, start);
    entry = snapshotIfDue(view, tenant, tag, entry);
    cache.put(new StateCache.Key(view, tenant, tag), entry);
    return entry;
  }

  /**
   * Keeps what a state has become by an append that was decided on it. The condition of the append
   * has held, so that nothing else has happened to the state in between.
   *
   * @param decidedOn the state on which was decided
   * @param own the events of the append
   */
  void advance(
      ViewReader view,
      Tenant tenant,
      TagValue tag,
      StateCache.Cached decidedOn,
      List<RecordedEvent> own) {
    Query query = new Query(tenant, List.of(view.criterion(tag)));
    Object state = decidedOn.state();
    int folded = decidedOn.eventsSinceSnapshot();
    long firstMillis = decidedOn.firstSinceSnapshotMillis();
    for (RecordedEvent event : own) {
      if (query.matches(event)) {
        firstMillis = folded++ == 0 ? event.time().toEpochMilli() : firstMillis;
        state = view.evolve(state, context.readEvent(event));
      }
    }
    long last = own.get(own.size() - 1).position();
    StateCache.Cached entry =
        new StateCache.Cached(state, last, decidedOn.snapshotPosition(), folded, firstMillis);
    cache.put(new StateCache.Key(view, tenant, tag), snapshotIfDue(view, tenant, tag, entry));
  }

  private StateCache.Cached fold(
      long head, ViewReader view, Tenant tenant, TagValue tag, StateCache.Cached start) {
    Query query = new Query(tenant, List.of(view.criterion(tag)));
    Object state = start.state();
    int folded = 0;
    long firstMillis = start.firstSinceSnapshotMillis();
    long next = start.position() + 1;
    while (next <= head) {
      EventPage page = store.read(query, next, Direction.FORWARD, PAGE);
      for (RecordedEvent stored : page.events()) {
        if (stored.position() > head) {
          break;
        }
        if (start.eventsSinceSnapshot() + folded == 0) {
          firstMillis = stored.time().toEpochMilli();
        }
        state = view.evolve(state, context.readEvent(stored));
        folded++;
      }
      eventsRead.addAndGet(page.events().size());
      if (page.examined() < next) {
        break;
      }
      next = page.examined() + 1;
    }
    return new StateCache.Cached(
        state, head, start.snapshotPosition(), start.eventsSinceSnapshot() + folded, firstMillis);
  }

  private StateCache.Cached fromSnapshot(ViewReader view, Tenant tenant, TagValue tag) {
    StateCache.Cached fresh = new StateCache.Cached(view.initial(), 0, 0, 0, 0);
    if (view.view().snapshotPolicy() == null) {
      return fresh;
    }
    Optional<Snapshot> found = store.snapshots().find(view.snapshotKey(tenant, tag));
    if (found.isEmpty()) {
      return fresh;
    }
    Snapshot snapshot = found.get();
    if (!snapshot.store().equals(store.identity()) || snapshot.position() > store.head()) {
      refusedSnapshots.increment();
      return fresh;
    }
    try {
      Object state = view.read(snapshot.state(), context);
      return new StateCache.Cached(state, snapshot.position(), snapshot.position(), 0, 0);
    } catch (CodecException e) {
      LOG.warn("a snapshot of {} cannot be read and is passed over", tag, e);
      refusedSnapshots.increment();
      return fresh;
    }
  }

  private StateCache.Cached snapshotIfDue(
      ViewReader view, Tenant tenant, TagValue tag, StateCache.Cached entry) {
    View.SnapshotPolicy policy = view.view().snapshotPolicy();
    if (policy == null || entry.eventsSinceSnapshot() == 0) {
      return entry;
    }
    Duration age = policy.age();
    boolean old =
        age != null && clock.millis() - entry.firstSinceSnapshotMillis() >= age.toMillis();
    if (entry.eventsSinceSnapshot() < policy.events() && !old) {
      return entry;
    }
    Bytes state;
    try {
      state = view.write(entry.state(), context);
    } catch (CodecException e) {
      LOG.warn("a state of {} cannot be kept as a snapshot: {}", tag, e.getMessage());
      return entry;
    }
    Snapshot snapshot =
        new Snapshot(view.snapshotKey(tenant, tag), store.identity(), entry.position(), state);
    var unused =
        store
            .snapshots()
            .save(snapshot)
            .whenComplete((saved, failure) -> {
              if (failure != null) {
                LOG.warn(
                    "a snapshot of {} could not be saved; it will be tried again", tag, failure);
              }
            });
    return new StateCache.Cached(entry.state(), entry.position(), entry.position(), 0, 0);
  }
}
