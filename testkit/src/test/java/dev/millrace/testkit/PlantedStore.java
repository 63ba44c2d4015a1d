package dev.millrace.testkit;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventId;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Query.Criterion;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoredAppend;
import dev.millrace.core.store.Subscription;
import dev.millrace.core.store.TagValue;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** The model with one fault in it. */
final class PlantedStore extends ModelEventStore {
  private static final long PAUSE_NANOS = 100_000;
  private static final int LARGEST_DATA = 65_535;
  private static final int SLOWEST = 1_000;

  private final Planted planted;
  private final PlantedSnapshots snapshots;
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicInteger reads = new AtomicInteger();
  private long laggingHead;

  private PlantedStore(Planted planted, Memory memory, PlantedSnapshots snapshots) {
    super(InstantSource.system(), memory, snapshots);
    this.planted = planted;
    this.snapshots = snapshots;
  }

  static PlantedStore create(Planted planted, long number) {
    StoreIdentity identity = new StoreIdentity(new UUID(4, number), 1);
    return new PlantedStore(planted, new Memory(identity), new PlantedSnapshots(planted, identity));
  }

  private boolean is(Planted fault) {
    return planted == fault;
  }

  @Override
  public PlantedStore reopen() {
    close();
    if (is(Planted.FORGETS_IDS_AT_A_RESTART)) {
      memory().appends.clear();
    }
    if (is(Planted.FORGETS_THE_LAST_EVENT_AT_A_RESTART) && !memory().events.isEmpty()) {
      memory().events.removeLast();
    }
    return new PlantedStore(planted, memory(), snapshots);
  }

  @Override
  public CompletableFuture<AppendResult> append(Append append) {
    laggingHead = memory().events.size();
    if (is(Planted.CHECKS_NOT_AGAINST_THE_SAME_BATCH) && fits(append)) {
      LockSupport.parkNanos(PAUSE_NANOS);
      return super.append(append.onlyIf(AppendCondition.NONE));
    }
    if (is(Planted.TAKES_APPENDS_AFTER_CLOSING)) {
      return CompletableFuture.completedFuture(new Appended(1, 1, Instant.EPOCH, false));
    }
    CompletableFuture<AppendResult> answer = super.append(append);
    long head = memory().events.size();
    boolean slow = subscriptions.stream().anyMatch(one -> one.position() + SLOWEST < head);
    return is(Planted.WAITS_FOR_SLOW_SUBSCRIBERS) && slow ? new CompletableFuture<>() : answer;
  }

  private synchronized boolean fits(Append append) {
    return known(append.id()) == null && newestMatch(append.condition()) == null;
  }

  @Override
  synchronized AppendResult decide(Append append) {
    RecordedEvent intruder = newestMatch(append.condition());
    if (intruder != null && is(Planted.JUDGES_THE_CONDITION_BEFORE_THE_ID)) {
      return new Conflict(intruder.position());
    }
    if (is(Planted.COUNTS_ITS_OWN_EVENTS) && countsItself(append)) {
      return new Conflict(1);
    }
    AppendResult result = super.decide(append);
    if (result instanceof Conflict && is(Planted.LETS_A_CONFLICT_USE_THE_ID_UP)) {
      StoredAppend nothing =
          new StoredAppend(append.id(), 1, 1, Instant.EPOCH, append.metadata(), null);
      memory().appends.put(append.id(), new Kept(append, nothing));
    }
    return result instanceof Appended appended
            && is(Planted.ANSWERS_A_REPETITION_WITH_ANOTHER_TIME)
            && appended.repeated()
        ? new Appended(appended.first(), appended.last(), Instant.EPOCH, true)
        : result;
  }

  private static boolean countsItself(Append append) {
    Query boundary = append.condition().failIfMatches();
    return boundary != null
        && append.events().stream()
            .anyMatch(event -> boundary.matches(append.tenant(), event.type(), event.tags()));
  }

  @Override
  AppendResult store(Append append) {
    if (is(Planted.REVERSES_AN_APPEND)) {
      Append reversed = Append.of(append.id(), append.events().reversed());
      return super.store(reversed.forTenant(append.tenant()));
    }
    if (is(Planted.LOSES_THE_COMMAND)) {
      Append without = Append.of(append.id(), append.events());
      return super.store(without.forTenant(append.tenant()).with(append.metadata()));
    }
    return super.store(append);
  }

  @Override
  RecordedEvent recorded(Append append, NewEvent event, long position, EventId id, Instant time) {
    long shown = is(Planted.REUSES_A_POSITION) && position % 7 == 0 ? position - 1 : position;
    List<TagValue> tags = new ArrayList<>(event.tags());
    if (is(Planted.SORTS_TAGS)) {
      tags.sort(null);
    }
    Bytes data = event.data();
    if (is(Planted.CUTS_LARGE_DATA) && data.length() > LARGEST_DATA) {
      data = Bytes.wrap(Arrays.copyOf(data.toArray(), LARGEST_DATA));
    }
    Metadata metadata = is(Planted.LOSES_METADATA) ? Metadata.NONE : append.metadata();
    return new RecordedEvent(
        shown,
        id,
        event.type(),
        event.schemaVersion(),
        time,
        append.tenant(),
        tags,
        data,
        metadata);
  }

  @Override
  void checkSame(Kept before, Append append) {
    if (!is(Planted.TAKES_OTHER_CONTENT_UNDER_AN_ID)) {
      super.checkSame(before, append);
    }
  }

  @Override
  RecordedEvent newestMatch(AppendCondition condition) {
    Query query = condition.failIfMatches();
    if (query == null) {
      return null;
    }
    return switch (planted) {
      case LEAKS_ACROSS_TENANTS ->
          super.newestMatch(AppendCondition.noneMatching(query.acrossTenants(), condition.after()));
      case EXAMINES_FROM_THE_POSITION_ON ->
          super.newestMatch(
              AppendCondition.noneMatching(query, Math.max(0, condition.after() - 1)));
      default -> super.newestMatch(condition);
    };
  }

  @Override
  boolean matches(Query query, RecordedEvent event) {
    return switch (planted) {
      case LEAKS_TENANTS_IN_READS -> super.matches(query.acrossTenants(), event);
      case TAKES_ANY_TAG_FOR_ALL -> super.matches(query, event) || hasAnyTag(query, event);
      case CONFUSES_TWO_TAGS -> super.matches(query, confused(event));
      default -> super.matches(query, event);
    };
  }

  private static boolean hasAnyTag(Query query, RecordedEvent event) {
    return event.tenant().equals(query.tenant())
        && query.anyOf().stream()
            .flatMap(criterion -> criterion.allOf().stream())
            .anyMatch(event.tags()::contains);
  }

  /** Two tags whose hashes are the same, and which nobody compares. */
  private static RecordedEvent confused(RecordedEvent event) {
    List<TagValue> tags = new ArrayList<>(event.tags());
    if (tags.contains(TagValue.parse("y:1")) && !tags.contains(TagValue.parse("x:2"))) {
      tags.add(TagValue.parse("x:2"));
    }
    return new RecordedEvent(
        event.position(),
        event.id(),
        event.type(),
        event.schemaVersion(),
        event.time(),
        event.tenant(),
        tags,
        event.data(),
        event.metadata());
  }

  @Override
  public synchronized long head() {
    long head = super.head();
    return is(Planted.LETS_THE_HEAD_LAG) ? Math.min(head, laggingHead) : head;
  }

  @Override
  public EventPage read(Query query, long from, Direction direction, int limit) {
    EventPage page = super.read(query, from, direction, limit);
    List<RecordedEvent> events = page.events();
    switch (planted) {
      case LOSES_EVENTS_BETWEEN_CATCH_UP_AND_LIVE -> {
        if (direction == Direction.FORWARD && events.size() < limit && page.examined() > 0) {
          LockSupport.parkNanos(PAUSE_NANOS);
          return new EventPage(events, Math.max(page.examined(), super.head()));
        }
      }
      case SHOWS_HALF_AN_APPEND -> {
        boolean cut = reads.incrementAndGet() % 2 == 0 && !events.isEmpty();
        if (cut && events.getLast().id().ordinal() > 0) {
          return new EventPage(events.subList(0, events.size() - 1), page.examined());
        }
      }
      case REPEATS_AN_EVENT_AT_THE_TAIL -> {
        if (!events.isEmpty() && page.examined() > from && page.examined() == super.head()) {
          return new EventPage(events, page.examined() - 1);
        }
      }
      default -> {}
    }
    return page;
  }

  @Override
  EventPage forward(Query query, long from, int limit) {
    EventPage page = super.forward(query, from, is(Planted.IGNORES_THE_LIMIT) ? MAX_PAGE : limit);
    if (is(Planted.FINDS_AN_EVENT_ONCE_FOR_EACH_CRITERION)) {
      List<RecordedEvent> repeated = new ArrayList<>();
      for (RecordedEvent event : page.events()) {
        for (Criterion criterion : query.anyOf()) {
          if (criterion.matches(event.type(), event.tags())) {
            repeated.add(event);
          }
        }
      }
      return query.anyOf().isEmpty() ? page : new EventPage(repeated, page.examined());
    }
    boolean everything = is(Planted.SAYS_IT_EXAMINED_EVERYTHING) && page.examined() >= from;
    return everything ? new EventPage(page.events(), memory().events.size()) : page;
  }

  @Override
  EventPage backward(Query query, long from, int limit) {
    EventPage page = super.backward(query, from, limit);
    return is(Planted.READS_BACKWARD_IN_FORWARD_ORDER)
        ? new EventPage(page.events().reversed(), page.examined())
        : page;
  }

  @Override
  public Subscription subscribe(Query query, long after) {
    Subscription subscription = super.subscribe(query, after);
    subscriptions.add(subscription);
    return subscription;
  }

  @Override
  void wakeSubscribers() {
    if (!is(Planted.NEVER_WAKES)) {
      super.wakeSubscribers();
    }
  }
}
