package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectForgottenException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.MemorySubjectKeys;
import dev.millrace.testkit.ModelEventStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
}
