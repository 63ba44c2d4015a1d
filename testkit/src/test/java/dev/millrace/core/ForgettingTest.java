package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectForgottenException;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.readmodel.MemoryReadModel;
import dev.millrace.core.readmodel.MemoryTables;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.CommandRecord;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.MemorySubjectKeys;
import dev.millrace.testkit.ModelEventStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ForgettingTest {
  private final MemorySubjectKeys keys = new MemorySubjectKeys(SystemSeams.shared());
  private ModelEventStore store =
      ModelEventStore.create(InstantSource.fixed(Instant.EPOCH), new UUID(4, 2));
  private Millrace club = host();

  private Millrace host() {
    return Millrace.host(Club.context().build(), store, keys);
  }

  private Millrace restart() {
    club.stopProcessors().join();
    store = store.reopen();
    club = host();
    return club;
  }

  private static Club.Join join(String member, String name) {
    return new Club.Join(
        member,
        "reds",
        Personal.of(name),
        Optional.of(Personal.of(new Club.Address("Mill Lane 5", name + "ville"))));
  }

  private void forget(String member) {
    assertThat(club.forget(Club.MEMBER.of(member))).hasSize(1);
  }

  private List<RecordedEvent> events() {
    return store.read(Query.all(), 0, Direction.FORWARD, 1_000).events();
  }

  private List<String> team() {
    return Club.namesIn(club.read("club", Club.TEAM_NAMES, "reds"));
  }

  private String name(String member) {
    return club.read("club", Club.PERSON, member).name().orElse("(forgotten)");
  }

  @Test
  void valuesAreSealedInEventsAndCommandsAndReadAsTheyWereWritten() {
    club.send(join("m-1", "Ada"), "c-1");
    RecordedEvent stored = events().get(0);
    assertThat(stored.data().utf8())
        .contains("\"member\":\"m-1\"", "aes-256-gcm-1", "joined#/name")
        .doesNotContain("Ada", "Mill Lane");
    Bytes payload = store.find(stored.id().append()).orElseThrow().command().payload();
    assertThat(payload.utf8())
        .contains("millrace.command:join#/address")
        .doesNotContain("Ada", "Mill Lane");
    Context hosted = club.contexts().get(0);
    assertThat(hosted.readEvent(stored))
        .isEqualTo(
            new Club.Joined(
                "m-1",
                "reds",
                Personal.of("Ada"),
                Optional.of(Personal.of(new Club.Address("Mill Lane 5", "Adaville")))));
  }

  @Test
  void whatIsForgottenReadsAsForgottenInCachesSnapshotsAndAfterARestart() {
    club.send(join("m-1", "Ada"), "c-1");
    club.send(join("m-2", "Bob"), "c-2");
    assertThat(team()).containsExactly("Ada", "Bob");
    assertThat(name("m-1")).isEqualTo("Ada");
    forget("m-1");
    assertThat(team()).containsExactly("(forgotten)", "Bob");
    assertThat(name("m-1")).isEqualTo("(forgotten)");
    restart();
    assertThat(team()).containsExactly("(forgotten)", "Bob");
    assertThat(club.eventsRead("club")).as("the rest came from a snapshot").isZero();
    assertThat(name("m-1")).isEqualTo("(forgotten)");
    assertThat(name("m-2")).isEqualTo("Bob");
  }

  @Test
  void aForgottenSubjectGetsNoNewValuesUntilItIsRemembered() {
    club.send(join("m-1", "Ada"), "c-1");
    forget("m-1");
    assertThatThrownBy(() -> club.send(new Club.Rename("m-1", Personal.of("Eve")), "c-2"))
        .isInstanceOf(SubjectForgottenException.class)
        .hasMessageContaining("member:m-1");
    assertThat(club.send(new Club.Score("m-1", 3), "c-3")).isInstanceOf(Accepted.class);
    club.remember(Tenant.DEFAULT, Club.MEMBER.of("m-1"));
    assertThat(club.send(new Club.Rename("m-1", Personal.of("Eve")), "c-4"))
        .isInstanceOf(Accepted.class);
    assertThat(name("m-1")).isEqualTo("Eve");
    Context hosted = club.contexts().get(0);
    Club.Joined joined = (Club.Joined) hosted.readEvent(events().get(0));
    assertThat(joined.name().isForgotten()).isTrue();
  }

  @Test
  void aCommandIsRecognizedBeforeAndAfterItsSubjectIsForgotten() {
    club.send(join("m-1", "Ada"), "c-1");
    assertThat(club.send(join("m-1", "Ada"), "c-1")).matches(ForgettingTest::repeated);
    assertThatThrownBy(() -> club.send(join("m-1", "Eve"), "c-1"))
        .isInstanceOf(CommandIdReusedException.class);
    forget("m-1");
    assertThat(club.send(join("m-1", "Ada"), "c-1")).matches(ForgettingTest::repeated);
    assertThatThrownBy(() -> club.send(new Club.Score("m-1", 1), "c-1"))
        .isInstanceOf(CommandIdReusedException.class);
  }

  private static boolean repeated(Outcome<?> outcome) {
    return outcome instanceof Accepted<?>(Receipt receipt) && receipt.repeated();
  }

  @Test
  void forgettingAgainChangesNothing() {
    club.send(join("m-1", "Ada"), "c-1");
    forget("m-1");
    long head = store.head();
    forget("m-1");
    restart();
    forget("m-1");
    assertThat(store.head()).isEqualTo(head);
    assertThat(club.forget(Club.MEMBER.of("m-9"))).isEmpty();
    assertThatThrownBy(() -> club.forget(Club.TEAM.of("reds")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aCrashBetweenKeyAndEventIsMadeUpForAtTheNextStart() {
    club.send(join("m-1", "Ada"), "c-1");
    keys.forget(new Subject(Tenant.DEFAULT, Club.MEMBER.of("m-1"))).join();
    restart();
    assertThat(events().get(1).type()).isEqualTo(SubjectForgotten.NAME);
    assertThat(events().get(1).tags()).containsExactly(Club.MEMBER.of("m-1"));
  }

  @Test
  void whoLooksAtTheStoreSeesSealedValuesAndThatOthersAreForgotten() {
    club.send(join("m-1", "Ada"), "c-1");
    Context hosted = club.contexts().get(0);
    RecordedEvent stored = events().get(0);
    assertThat(hosted.shown(stored)).isEqualTo(stored);
    forget("m-1");
    assertThat(hosted.shown(stored).data().utf8())
        .isEqualTo(
            "{\"member\":\"m-1\",\"team\":\"reds\",\"name\":{\"forgotten\":true},"
                + "\"address\":{\"forgotten\":true}}");
    CommandRecord kept = store.find(stored.id().append()).orElseThrow().command();
    assertThat(hosted.shown(kept, Tenant.DEFAULT).payload().utf8())
        .contains("{\"forgotten\":true}")
        .doesNotContain("sealed");
    Club.Person person = club.read("club", Club.PERSON, "m-1");
    assertThat(hosted.codec().encode(person).utf8())
        .isEqualTo("{\"name\":{\"forgotten\":true},\"points\":0}");
  }

  @Test
  void theKeyIsDurableBeforeTheAppendIsSubmitted() {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    SubjectKeys slow =
        new MemorySubjectKeys(SystemSeams.shared()) {
          @Override
          public CompletableFuture<KeyState> keyFor(Subject subject) {
            return durable.thenCompose(done -> super.keyFor(subject));
          }
        };
    Millrace waiting = Millrace.host(Club.context().build(), store, slow);
    var outcome = waiting.submit(join("m-1", "Ada"), CommandEnvelope.of("c-1"));
    assertThat(waiting.send(new Club.Score("m-2", 1), "c-2")).isInstanceOf(Accepted.class);
    assertThat(outcome).isNotDone();
    assertThat(events()).extracting(RecordedEvent::type).containsExactly("scored");
    durable.complete(null);
    assertThat(outcome.join()).isInstanceOf(Accepted.class);
  }

  @Test
  void aValueThatWasMovedOrIsNotAmongTheKeysIsAnErrorAndNotForgotten() {
    club.send(join("m-1", "Ada"), "c-1");
    RecordedEvent stored = events().get(0);
    Context hosted = club.contexts().get(0);
    assertThatThrownBy(() -> name(hosted, stored, "\"member\":\"m-1\"", "\"member\":\"m-2\""))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("moved");
    assertThatThrownBy(() -> name(hosted, stored, "joined#/name", "joined#/team"))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("moved");
    assertThatThrownBy(() -> name(hosted, stored, "\"text\":\"", "\"text\":\"AAAA"))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("cannot be opened");
    Context others = Club.context().build().with(new MemorySubjectKeys(SystemSeams.shared()));
    assertThatThrownBy(() -> name(others, stored, "", ""))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("not among these keys");
    assertThatThrownBy(() -> name(Club.context().build(), stored, "", ""))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("without the keys");
  }

  private static String name(Context context, RecordedEvent stored, String part, String other) {
    RecordedEvent changed =
        new RecordedEvent(
            stored.position(),
            stored.id(),
            stored.type(),
            stored.schemaVersion(),
            stored.time(),
            stored.tenant(),
            stored.tags(),
            Bytes.utf8(stored.data().utf8().replaceFirst(part, other)),
            stored.metadata());
    return ((Club.Joined) context.readEvent(changed)).name().orElse("(forgotten)");
  }

  @Test
  void whereValuesAreOnlyCarriedTheyCannotBeRead() {
    View<String, String> reading =
        View.of(String.class)
            .keyed(Club.MEMBER)
            .starting("")
            .on(Club.Joined.class, (state, event) -> event.name().orElse(""));
    club.send(join("m-1", "Ada"), "c-1");
    assertThatThrownBy(() -> club.read("club", reading, "m-1"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("in a view");
    Events<Club.Joined> tagged =
        Events.of(Club.Joined.class)
            .tag(Tag.named("name"), event -> event.name().orElse(""))
            .personal(Club.MEMBER, Club.Joined::member)
            .name("joined", Club.Joined.class);
    Context leaking = Context.named("leaking").events(tagged).build().with(keys);
    assertThatThrownBy(() ->
            leaking.writeEvent(
                new Club.Joined("m-1", "reds", Personal.of("Ada"), Optional.empty())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("function for a tag");
    assertThatThrownBy(() -> Tag.<Object>named("any", String::valueOf).of(Personal.of("Ada")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("personal");
  }

  @Test
  void whatIsNotDeclaredIsRefusedWhenTheContextIsBuilt() {
    Events<Club.Joined> undeclared = Events.of(Club.Joined.class).name("joined", Club.Joined.class);
    assertThatThrownBy(() -> Context.named("c").events(undeclared).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".personal(Joined.class");
    assertThatThrownBy(() ->
            Context.named("c")
                .events(Club.EVENTS)
                .on(Club.Join.class)
                .decide(command -> Decision.accept())
                .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".withoutPayload()");
    Projection<MemoryTables> untold =
        Projection.named("names", 1)
            .into(new MemoryReadModel())
            .on(Club.Joined.class, (event, tables) -> {});
    assertThatThrownBy(() -> Club.context().projection(untold).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(".onForgotten");
    assertThat(Club.context().projection(untold.withoutPersonalValues()).build()).isNotNull();
    assertThatThrownBy(() -> Millrace.host(Club.context().build(), store))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keys");
  }

  @Test
  void aProjectionWithoutPersonalValuesCannotReadThem() {
    Projection<MemoryTables> reading =
        Projection.named("names", 1)
            .into(new MemoryReadModel())
            .on(Club.Joined.class, (event, tables) -> event.name().orElse(""))
            .withoutPersonalValues();
    club = Millrace.host(Club.context().projection(reading).build(), store, keys);
    club.send(join("m-1", "Ada"), "c-1");
    Receipt receipt = ((Accepted<?>) club.send(new Club.Score("m-1", 1), "c-2")).receipt();
    assertThatThrownBy(() -> club.await("names", receipt, Duration.ofMillis(300)))
        .isInstanceOf(AwaitException.class)
        .hasMessageContaining("keeps no personal values");
  }

  @Test
  void aValueFromBeforeItWasPersonalIsForgottenWithItsSubject() {
    Events<Club.Renamed> versioned =
        Events.of(Club.Renamed.class)
            .tag(Club.MEMBER, Club.Renamed::member)
            .personal(Club.MEMBER, Club.Renamed::member)
            .name("renamed", 2, Club.Renamed.class)
            .upcast("renamed", 1, fields -> fields);
    club.send(join("m-1", "Ada"), "c-1");
    Context newer = Context.named("newer").events(versioned).build().with(keys);
    RecordedEvent sealed = events().get(0);
    RecordedEvent old =
        new RecordedEvent(
            9,
            sealed.id(),
            "renamed",
            1,
            sealed.time(),
            sealed.tenant(),
            sealed.tags(),
            Bytes.utf8("{\"member\":\"m-1\",\"name\":\"Ada\"}"),
            sealed.metadata());
    Club.Renamed renamed = (Club.Renamed) newer.readEvent(old);
    assertThat(renamed.name().orElse("(forgotten)")).isEqualTo("Ada");
    forget("m-1");
    assertThat(renamed.name().orElse("(forgotten)")).isEqualTo("(forgotten)");
  }

  @Test
  void aValueSaysNothingOfItselfAsText() {
    Personal<String> name = Personal.of("Ada");
    assertThat(new Club.Rename("m-1", name).toString()).doesNotContain("Ada");
    assertThat(name).isEqualTo(Personal.of("Ada")).isNotEqualTo(Personal.of("Eve"));
    assertThat(name.hashCode()).isEqualTo(Personal.forgotten().hashCode());
    assertThatThrownBy(() ->
            club.contexts()
                .get(0)
                .readCommand("rename", Bytes.utf8("{\"member\":\"m-1\",\"name\":[\"Ada\"]}")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name")
        .hasMessageNotContaining("Ada");
  }
}
