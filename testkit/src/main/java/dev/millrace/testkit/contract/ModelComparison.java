package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.testkit.ModelEventStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Does the same random things to a store and to the model and compares the answers.
 *
 * <p>The model's positions have no gaps and a store's may, so that each is translated by counting.
 */
final class ModelComparison {
  private final ModelEventStore model;
  private final SplittableRandom random;
  private final RandomStore randomStore;
  private final List<Long> positions = new ArrayList<>();
  private final List<Append> appended = new ArrayList<>();
  private final TreeMap<String, Integer> outcomes = new TreeMap<>();
  private EventStore store;

  ModelComparison(EventStore store, ModelEventStore model, long seed) {
    this.store = store;
    this.model = model;
    this.random = new SplittableRandom(seed);
    this.randomStore = new RandomStore(random);
  }

  void reopened(EventStore again) {
    store = again;
    assertThat(store.head()).isEqualTo(toStore(model.head()));
  }

  void step() {
    switch (random.nextInt(10)) {
      case 0, 1 -> compareRead(Direction.FORWARD);
      case 2 -> compareRead(Direction.BACKWARD);
      case 3 -> repeat();
      case 4 -> follow();
      default -> append(randomStore.append().onlyIf(condition()));
    }
  }

  private AppendCondition condition() {
    if (random.nextInt(4) == 0) {
      return AppendCondition.NONE;
    }
    long head = model.head();
    long after =
        random.nextInt(4) == 0
            ? random.nextLong(head + 1)
            : head - Math.min(head, random.nextInt(6));
    return AppendCondition.noneMatching(randomStore.query(), after + random.nextInt(3));
  }

  private void append(Append modelAppend) {
    AppendResult expected = StoreTests.await(model.append(modelAppend));
    AppendResult actual = StoreTests.await(store.append(translated(modelAppend)));
    count(expected.getClass().getSimpleName());
    switch (expected) {
      case Conflict wanted -> {
        assertThat(actual).as("%s", modelAppend).isInstanceOf(Conflict.class);
        assertMatches(modelAppend.condition(), ((Conflict) actual).position());
      }
      case Appended wanted -> {
        assertThat(actual).as("%s", modelAppend).isInstanceOf(Appended.class);
        Appended got = (Appended) actual;
        if (!wanted.repeated()) {
          learnPositions(got);
          appended.add(modelAppend);
        }
        assertThat(got.repeated()).isEqualTo(wanted.repeated());
        assertThat(toModel(got.first())).isEqualTo(wanted.first());
        assertThat(toModel(got.last())).isEqualTo(wanted.last());
      }
    }
    assertThat(toModel(store.head())).isEqualTo(model.head());
  }

  private Append translated(Append append) {
    AppendCondition condition = append.condition();
    Query query = condition.failIfMatches();
    return query == null
        ? append
        : append.onlyIf(AppendCondition.noneMatching(query, toStore(condition.after())));
  }

  private void learnPositions(Appended got) {
    store
        .read(Query.all().acrossTenants(), got.first(), Direction.FORWARD, Append.MAX_EVENTS)
        .events()
        .forEach(event -> positions.add(event.position()));
  }

  private void assertMatches(AppendCondition condition, long storePosition) {
    Query query = condition.failIfMatches();
    RecordedEvent intruder =
        model
            .read(Query.all().acrossTenants(), toModel(storePosition), Direction.FORWARD, 1)
            .events()
            .get(0);
    assertThat(query != null && query.matches(intruder))
        .as("%s matches %s", intruder, query)
        .isTrue();
    assertThat(intruder.position()).isGreaterThan(condition.after());
  }

  /** An id that was used, with the same content or with another. */
  private void repeat() {
    if (appended.isEmpty()) {
      return;
    }
    Append before = randomStore.pick(appended);
    if (random.nextBoolean()) {
      append(before.onlyIf(condition()));
      return;
    }
    List<NewEvent> events = new ArrayList<>(before.events());
    events.set(random.nextInt(events.size()), Samples.event("another", "x:1"));
    Append other = Append.of(before.id(), events).forTenant(before.tenant()).onlyIf(condition());
    count("refused");
    assertThatThrownBy(() -> StoreTests.await(store.append(translated(other))))
        .isInstanceOf(AppendIdReusedException.class);
  }

  private void compareRead(Direction direction) {
    Query query = randomStore.query();
    long from = random.nextLong(model.head() + 3);
    int limit = 1 + random.nextInt(random.nextBoolean() ? 4 : 100);
    EventPage page = store.read(query, toStore(from), direction, limit);
    List<RecordedEvent> expected = model.read(query, from, direction, limit).events();
    count(expected.isEmpty() ? "read nothing" : "read something");
    assertThat(page.events().size()).isLessThanOrEqualTo(expected.size());
    assertSame(page.events(), expected.subList(0, page.events().size()));
    if (page.events().size() < expected.size()) { // a store may look less far than asked
      long next = toStore(expected.get(page.events().size()).position());
      assertThat(page.examined()).isNotEqualTo(next);
      assertThat(direction == Direction.FORWARD ? page.examined() < next : page.examined() > next)
          .as("%s examined %s but did not give %s", direction, page.examined(), next)
          .isTrue();
    }
  }

  private void follow() {
    Query query = randomStore.query();
    long after = random.nextLong(model.head() + 1);
    try (Follower follower =
        new Follower(store, query, toStore(after), () -> 1 + random.nextInt(9))) {
      List<RecordedEvent> expected =
          model.read(query, after + 1, Direction.FORWARD, EventStore.MAX_PAGE).events();
      assertSame(follower.followTo(store.head()), expected);
    }
  }

  void compareEverything() {
    Query all = Query.all().acrossTenants();
    List<RecordedEvent> expected =
        model.read(all, 0, Direction.FORWARD, EventStore.MAX_PAGE).events();
    assertSame(StoreTests.readAll(store, all), expected);
    for (Append append : appended) {
      assertThat(store.find(append.id()).map(found -> toModel(found.first())))
          .isEqualTo(model.find(append.id()).map(found -> found.first()));
    }
  }

  private void assertSame(List<RecordedEvent> actual, List<RecordedEvent> expected) {
    assertThat(actual.stream().map(this::comparable).toList())
        .isEqualTo(expected.stream().map(ModelComparison::withoutTime).toList());
  }

  private RecordedEvent comparable(RecordedEvent event) {
    return withoutTime(at(event, toModel(event.position())));
  }

  private static RecordedEvent withoutTime(RecordedEvent event) {
    return at(event, event.position());
  }

  private static RecordedEvent at(RecordedEvent event, long position) {
    return new RecordedEvent(
        position,
        event.id(),
        event.type(),
        event.schemaVersion(),
        Instant.EPOCH,
        event.tenant(),
        event.tags(),
        event.data(),
        event.metadata());
  }

  private long toStore(long modelPosition) {
    if (modelPosition == 0) {
      return 0;
    }
    int known = positions.size();
    return modelPosition <= known
        ? positions.get((int) modelPosition - 1)
        : (known == 0 ? 0 : positions.get(known - 1)) + modelPosition - known;
  }

  private long toModel(long storePosition) {
    return positions.stream().filter(position -> position <= storePosition).count();
  }

  private void count(String outcome) {
    outcomes.merge(outcome, 1, Integer::sum);
  }

  /** Each kind of outcome has been seen often enough to mean something. */
  void assertVaried() {
    for (String outcome :
        List.of("Appended", "Conflict", "refused", "read something", "read nothing")) {
      assertThat(outcomes.getOrDefault(outcome, 0))
          .as("%s in %s", outcome, outcomes)
          .isGreaterThan(4);
    }
  }
}
