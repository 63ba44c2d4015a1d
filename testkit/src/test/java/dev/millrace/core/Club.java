package dev.millrace.core;

import static dev.millrace.core.Decision.accept;
import static dev.millrace.core.Decision.reject;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.Personal.Forgotten;
import dev.millrace.core.personal.Personal.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A small context whose members have personal data, for the tests of forgetting. */
final class Club {
  private Club() {}

  sealed interface ClubEvent {
    String member();
  }

  record Address(String street, String city) {}

  record Joined(
      String member, String team, Personal<String> name, Optional<Personal<Address>> address)
      implements ClubEvent {}

  record Renamed(String member, Personal<String> name) implements ClubEvent {}

  record Scored(String member, int points) implements ClubEvent {}

  record SameName(String member) {}

  record Join(
      String member, String team, Personal<String> name, Optional<Personal<Address>> address)
      implements Command<NoRejection> {}

  record Rename(String member, Personal<String> name) implements Command<SameName> {}

  record Score(String member, int points) implements Command<NoRejection> {}

  /** A card for the member, named by a reaction. */
  record Welcome(String member, Personal<String> name) implements Command<NoRejection> {}

  static final Tag<String> MEMBER = Tag.named("member");
  static final Tag<String> TEAM = Tag.named("team");

  static final Events<ClubEvent> EVENTS =
      Events.of(ClubEvent.class)
          .tag(MEMBER, ClubEvent::member)
          .tag(Joined.class, TEAM, Joined::team)
          .personal(MEMBER, ClubEvent::member)
          .name("joined", Joined.class)
          .name("renamed", Renamed.class)
          .name("scored", Scored.class);

  record Person(Personal<String> name, int points) {
    static final Person UNKNOWN = new Person(Personal.forgotten(), 0);
  }

  static final View<String, Person> PERSON =
      View.of(Person.class)
          .keyed(MEMBER)
          .starting(Person.UNKNOWN)
          .on(Joined.class, (person, event) -> new Person(event.name(), person.points()))
          .on(Renamed.class, (person, event) -> new Person(event.name(), person.points()))
          .on(
              Scored.class,
              (person, event) -> new Person(person.name(), person.points() + event.points()))
          .snapshots("person", 1, View.SnapshotPolicy.every(1));

  /** A state about several subjects. */
  record Team(Map<String, Personal<String>> names) {}

  static final View<String, Team> TEAM_NAMES =
      View.of(Team.class)
          .keyed(TEAM)
          .starting(new Team(Map.of()))
          .on(
              Joined.class,
              (team, event) -> {
                Map<String, Personal<String>> names = new TreeMap<>(team.names());
                names.put(event.member(), event.name());
                return new Team(names);
              })
          .snapshots("team", 1, View.SnapshotPolicy.every(1));

  static List<String> namesIn(Team team) {
    List<String> names = new ArrayList<>();
    team.names().values().forEach(name -> names.add(name.orElse("(forgotten)")));
    return names;
  }

  static Context.Builder<ClubEvent> context() {
    return Context.named("club")
        .events(EVENTS)
        .view(TEAM_NAMES)
        .on(Join.class)
        .personal(MEMBER, Join::member)
        .reading(PERSON, Join::member)
        .decide((person, command) ->
            accept(new Joined(command.member(), command.team(), command.name(), command.address())))
        .on(Rename.class)
        .personal(MEMBER, Rename::member)
        .reading(PERSON, Rename::member)
        .decide((person, command) ->
            switch (person.name().read()) {
              case Known<String>(String name) when name.equals(command.name().orElse("")) ->
                  reject(new SameName(command.member()));
              case Known<String> other -> accept(new Renamed(command.member(), command.name()));
              case Forgotten<String> gone -> accept(new Renamed(command.member(), command.name()));
            })
        .on(Score.class)
        .decide(command -> accept(new Scored(command.member(), command.points())));
  }
}
