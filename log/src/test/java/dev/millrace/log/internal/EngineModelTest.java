package dev.millrace.log.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.store.Append;
import dev.millrace.core.store.AppendCondition;
import dev.millrace.core.store.AppendIdReusedException;
import dev.millrace.core.store.AppendResult;
import dev.millrace.core.store.AppendResult.Appended;
import dev.millrace.core.store.AppendResult.Conflict;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.Metadata;
import dev.millrace.core.store.NewEvent;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.log.Encryption;
import dev.millrace.log.LogOptions;
import dev.millrace.log.spi.MasterKey;
import dev.millrace.testkit.ModelEventStore;
import dev.millrace.testkit.sim.Simulation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * An engine of many small segments answers like the model, also when its hashes collide: the fast
 * test with which mutants of the codec, the indexes and the conditions are found.
 */
final class EngineModelTest {
  private static final LogOptions TINY =
      LogOptions.DEFAULT
          .withFlushBesideFrom(2)
          .withSegmentBytes(8192)
          .withPrepareBytes(4096)
          .withReserveBytes(0);

  private static final Hash64 COLLIDING =
      new Hash64() {
        @Override
        public long bytes(byte[] bytes, int from, int length) {
          return Hash64.XXH3.bytes(bytes, from, length) & 3;
        }

        @Override
        public long id(long high, long low) {
          return low & 3;
        }
      };

  private final List<Append> appended = new ArrayList<>();
  private SplittableRandom random;
  private Simulation simulation;
  private Engine engine;
  private ModelEventStore model;

  @Test
  void answersLikeTheModel() {
    for (long seed = 1; seed <= 4; seed++) {
      compare(seed, Hash64.XXH3, Encryption.NONE);
    }
  }

  @Test
  void answersLikeTheModelWhenEncrypted() {
    compare(6, Hash64.XXH3, Encryption.with(MasterKey.of(new byte[32])).inSimulation());
  }

  @Test
  void answersLikeTheModelWhenHashesCollide() {
    compare(5, COLLIDING, Encryption.NONE);
  }

  private void compare(long seed, Hash64 hash, Encryption encryption) {
    random = new SplittableRandom(seed);
    simulation = Simulation.of(seed);
    engine = open(hash, encryption);
    model = ModelEventStore.create(() -> Instant.EPOCH, new UUID(1, seed));
    appended.clear();
    for (int step = 0; step < 150; step++) {
      switch (random.nextInt(6)) {
        case 0 -> compareRead();
        case 1 -> {
          compareRead();
          repeat();
        }
        default -> append(next());
      }
      if (step % 50 == 49) {
        compareEverything();
        simulation.await(engine.close());
        engine = open(hash, encryption);
        compareEverything();
      }
    }
    assertThat(appended).hasSizeGreaterThan(30);
  }

  private Engine open(Hash64 hash, Encryption encryption) {
    return simulation.await(
        new Opening(ArchivedDisk.of(simulation.disk()), simulation.seams(), TINY, hash, encryption)
            .open());
  }

  private Append next() {
    List<NewEvent> events = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      byte[] data = new byte[random.nextInt(random.nextInt(10) == 0 ? 3_000 : 40)];
      for (int j = 0; j < data.length; j++) {
        data[j] = (byte) random.nextInt(256);
      }
      events.add(new NewEvent(type(), 1 + random.nextInt(32_000), tags(), Bytes.wrap(data)));
    }
    Append append = Append.of(new UUID(random.nextLong(), appended.size()), events);
    if (random.nextInt(3) == 0) {
      append =
          append.with(new Metadata(text("correlation"), text("causation"), null, text("actor")));
    }
    if (random.nextInt(3) == 0) {
      Bytes payload = random.nextBoolean() ? Bytes.utf8("p".repeat(random.nextInt(200))) : null;
      append =
          append.causedBy(
              new CommandRecord("c" + appended.size(), "command", random.nextLong(), payload));
    }
    if (random.nextInt(4) == 0) {
      append = append.forTenant(new Tenant("other"));
    }
    return random.nextInt(3) == 0 ? append : append.onlyIf(condition());
  }

  private String text(String of) {
    return random.nextBoolean() ? null : of + "-ü".repeat(random.nextInt(60));
  }

  private String type() {
    return "type-" + random.nextInt(3);
  }

  private List<TagValue> tags() {
    List<TagValue> tags = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      TagValue tag = tag();
      if (!tags.contains(tag)) {
        tags.add(tag);
      }
    }
    return tags;
  }

  private TagValue tag() {
    return new TagValue(random.nextBoolean() ? "x" : "größe", "" + random.nextInt(6));
  }

  private Query query() {
    Query query =
        switch (random.nextInt(6)) {
          case 0 -> Query.all();
          case 1 -> Query.types(type());
          case 2 -> Query.types(type(), "unknown");
          case 3 -> Query.tags(tag(), tag());
          case 4 ->
              new Query(
                  Tenant.DEFAULT,
                  List.of(
                      new Query.Criterion(List.of(type(), type()), List.of(tag())),
                      new Query.Criterion(List.of(), List.of(tag())),
                      new Query.Criterion(List.of(type()), List.of())));
          default -> Query.tags(tag());
        };
    return random.nextInt(3) == 0
        ? query.acrossTenants()
        : random.nextInt(4) == 0 ? new Query(new Tenant("other"), query.anyOf()) : query;
  }

  private AppendCondition condition() {
    long head = model.head();
    long after = random.nextInt(3) == 0 ? random.nextLong(head + 1) : head - Math.min(head, 3);
    return AppendCondition.noneMatching(query(), after + random.nextInt(3));
  }

  private void append(Append append) {
    AppendResult expected = model.append(append).join();
    AppendResult actual = simulation.await(engine.append(append));
    switch (expected) {
      case Appended wanted -> {
        Appended got = (Appended) actual;
        assertThat(got.first()).isEqualTo(wanted.first());
        assertThat(got.last()).isEqualTo(wanted.last());
        assertThat(got.repeated()).isEqualTo(wanted.repeated());
        if (!wanted.repeated()) {
          appended.add(append);
        }
      }
      case Conflict wanted -> {
        assertThat(actual).as("%s", append).isInstanceOf(Conflict.class);
        assertThat(((Conflict) actual).position()).isEqualTo(wanted.position());
      }
    }
    assertThat(engine.head()).isEqualTo(model.head());
  }

  private void repeat() {
    if (appended.isEmpty()) {
      return;
    }
    Append before = appended.get(random.nextInt(appended.size()));
    append(before.onlyIf(condition()));
    List<NewEvent> events = new ArrayList<>(before.events());
    NewEvent first = events.get(0);
    events.set(
        0, new NewEvent(first.type(), first.schemaVersion() + 1, first.tags(), first.data()));
    Append other = Append.of(before.id(), events).forTenant(before.tenant());
    String refusal =
        simulation.await(engine.append(other).handle((answer, failed) -> String.valueOf(failed)));
    assertThat(refusal)
        .contains(AppendIdReusedException.class.getSimpleName())
        .contains("at position " + model.find(before.id()).orElseThrow().first());
  }

  private void compareRead() {
    Query query = query();
    Direction direction = random.nextBoolean() ? Direction.FORWARD : Direction.BACKWARD;
    long from = random.nextLong(model.head() + 3);
    int limit = 1 + random.nextInt(random.nextBoolean() ? 3 : 1_000);
    EventPage page = engine.read(query, from, direction, limit);
    EventPage expected = model.read(query, from, direction, limit);
    assertThat(withoutTime(page.events())).isEqualTo(withoutTime(expected.events()));
  }

  private void compareEverything() {
    Query all = Query.all().acrossTenants();
    assertThat(withoutTime(engine.read(all, 1, Direction.FORWARD, 10_000).events()))
        .isEqualTo(withoutTime(model.read(all, 1, Direction.FORWARD, 10_000).events()));
    for (Append append : appended) {
      var found = engine.find(append.id()).orElseThrow();
      var expected = model.find(append.id()).orElseThrow();
      assertThat(found.first()).isEqualTo(expected.first());
      assertThat(found.last()).isEqualTo(expected.last());
      assertThat(found.metadata()).isEqualTo(expected.metadata());
      assertThat(found.command()).isEqualTo(expected.command());
    }
    assertThat(engine.find(new UUID(4, 4))).isEmpty();
    for (int i = 0; i < 20; i++) {
      compareRead();
    }
  }

  private static List<RecordedEvent> withoutTime(List<RecordedEvent> events) {
    return events.stream()
        .map(event ->
            new RecordedEvent(
                event.position(),
                event.id(),
                event.type(),
                event.schemaVersion(),
                Instant.EPOCH,
                event.tenant(),
                event.tags(),
                event.data(),
                event.metadata()))
        .toList();
  }
}
