package dev.millrace.cli;

import static dev.millrace.core.Decision.accept;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.SubjectForgotten;
import dev.millrace.core.Tag;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Personal values on the command line: sealed, in clear with the keys, forgotten. */
final class PersonalValuesTest {
  private static final Tag<String> GUEST = Tag.named("guest");

  @TempDir Path folder;

  record Contact(String mail, List<String> phones) {}

  record Arrived(
      String guest, Personal<String> name, List<Personal<Contact>> contacts, int nights) {}

  record Arrive(String guest, Personal<String> name, List<Personal<Contact>> contacts)
      implements Command<NoRejection> {}

  private static final Context HOTEL =
      Context.named("hotel")
          .events(
              Events.of(Arrived.class)
                  .tag(GUEST, Arrived::guest)
                  .personal(GUEST, Arrived::guest)
                  .name("arrived", Arrived.class))
          .on(Arrive.class)
          .personal(GUEST, Arrive::guest)
          .decide(command ->
              accept(new Arrived(command.guest(), command.name(), command.contacts(), 3)))
          .build();

  @BeforeEach
  void twoArrive() {
    try (SubjectKeys keys = keys();
        Millrace hotel = Millrace.host(HOTEL, TestStore.open(folder.resolve("data")), keys)) {
      hotel.send(arrive("g-1", "Ada \"L\" Lovelace", "ada@example.org"), "a-1");
      hotel.send(arrive("g-2", "Grace Hopper", "grace@example.org"), "a-2");
    }
  }

  private static Arrive arrive(String guest, String name, String mail) {
    return new Arrive(
        guest,
        Personal.of(name),
        List.of(Personal.of(new Contact(mail, List.of("+44 1", "+44 2")))));
  }

  private SubjectKeys keys() {
    return SubjectKeys.open("keys:" + folder.resolve("keys"));
  }

  private CliRun millrace(String... arguments) {
    return CliRun.in(folder).with("MILLRACE_DATA", "data").run(arguments);
  }

  @Test
  void valuesAreInClearWithTheKeysOnly() {
    assertThat(millrace("read", "--json").out()).contains("aes-256-gcm-1").doesNotContain("Ada");

    CliRun opened = millrace("read", "--json", "--keys", "keys:keys");

    assertThat(opened.outLines().get(0))
        .contains(
            "\"data\":{\"guest\":\"g-1\",\"name\":\"Ada \\\"L\\\" Lovelace\",\"contacts\":"
                + "[{\"mail\":\"ada@example.org\",\"phones\":[\"+44 1\",\"+44 2\"]}],\"nights\":3}");
    assertThat(millrace("tail", "--keys", "keys:keys").out()).contains("Grace Hopper");
    assertThat(millrace("read", "--keys", "keys:keys", "--type", "arrived").out())
        .contains("ada@example.org")
        .doesNotContain("aes-256");
  }

  @Test
  void otherKeysAreAnErrorAndNotAForgottenWorld() {
    SubjectKeys.open("keys:" + folder.resolve("other")).close();

    CliRun wrong = millrace("read", "--keys", "keys:other");
    assertThat(wrong.code).isEqualTo(1);
    assertThat(wrong.errWithoutLogs()).contains("not among these keys");

    CliRun none = millrace("read", "--keys", "keys:nowhere");
    assertThat(none.code).isEqualTo(1);
    assertThat(none.errWithoutLogs()).contains("there are no keys in", "nowhere");
    assertThat(folder.resolve("nowhere")).doesNotExist();
  }

  @Test
  void somebodyIsForgottenWhileTheApplicationDoesNotRun() {
    CliRun forgotten = millrace("forget", "guest:g-1", "--keys", "keys:keys", "--yes");
    assertThat(forgotten.code).as(forgotten.err()).isZero();
    assertThat(forgotten.out()).startsWith("forgotten  guest:g-1; destroyed 1 key");

    assertThat(millrace("read", "--json", "--keys", "keys:keys").out())
        .contains("\"name\":{\"forgotten\":true},\"contacts\":[{\"forgotten\":true}]")
        .contains("Grace Hopper")
        .doesNotContain("Lovelace");
    assertThat(
            JsonText.lastLine(
                millrace("forget", "guest:g-9", "--keys", "keys:keys", "--yes", "--json")))
        .containsEntry("keys", 0);

    try (SubjectKeys keys = keys();
        Millrace hotel = Millrace.host(HOTEL, TestStore.open(folder.resolve("data")), keys)) {
      EventStore store = hotel.store("hotel");
      assertThat(store.read(Query.types(SubjectForgotten.NAME), 1, Direction.FORWARD, 10).events())
          .as("the application tells of it when it starts")
          .hasSize(1);
    }
  }

  @Test
  void theKeysOfARunningApplicationAreLeftToIt() {
    try (SubjectKeys keys = keys()) {
      CliRun locked = millrace("forget", "guest:g-1", "--keys", "keys:keys", "--yes");

      assertThat(locked.code).isEqualTo(1);
      assertThat(locked.errWithoutLogs()).contains("to /api/subjects/forget of its node");
      assertThat(keys.alive()).isEqualTo(2);
    }
  }

  @Test
  void anExportInClearIsRefusedByAnImport() throws IOException {
    CliRun exported = millrace("log", "export", "clear.jsonl", "--keys", "keys:keys");
    assertThat(exported.code).as(exported.err()).isZero();
    assertThat(Files.readString(folder.resolve("clear.jsonl")))
        .contains("Grace Hopper", "\"personal\":\"clear\"");

    CliRun refused = millrace("log", "import", "clear.jsonl", "--data", "copy");
    assertThat(refused.code).isEqualTo(1);
    assertThat(refused.errWithoutLogs()).contains("personal values in clear", "without --keys");

    assertThat(millrace("log", "export", "sealed.jsonl").code).isZero();
    assertThat(Files.readString(folder.resolve("sealed.jsonl")))
        .doesNotContain("Grace", "\"personal\"");
    assertThat(millrace("log", "import", "sealed.jsonl", "--data", "copy").code).isZero();
    assertThat(millrace("read", "--data", "copy", "--keys", "keys:keys").out())
        .contains("Grace Hopper");
  }
}
