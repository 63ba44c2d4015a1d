package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.json.JsonCodec;
import dev.millrace.core.json.PersonalJson;
import dev.millrace.core.personal.KeyState;
import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.Protection;
import dev.millrace.core.personal.Reading;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKeysException;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.testkit.MemorySubjectKeys;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Personal values wherever they can stand, read with the types and opened without them. */
final class PersonalJsonTest {
  private static final TagValue GUEST = new TagValue("guest", "g-1");
  private static final String TYPE = "arrived";

  private final MemorySubjectKeys keys = new MemorySubjectKeys(SystemSeams.shared());
  private final JsonCodec codec = new JsonCodec();

  record Address(String street, int number) {}

  record Companion(int age, Personal<String> name) {}

  record Arrived(
      String guest,
      Personal<String> name,
      Optional<Personal<Address>> address,
      List<Personal<Integer>> rooms,
      List<List<Personal<String>>> notes,
      Map<String, Personal<Boolean>> wishes,
      List<Companion> companions,
      double price) {}

  private static Arrived everywhere() {
    Map<String, Personal<Boolean>> wishes = new LinkedHashMap<>();
    wishes.put("a/b~c\"d", Personal.of(true));
    wishes.put("", Personal.of(false));
    return new Arrived(
        "g-1",
        Personal.of("\"Ada\" \u00e9\u4e16\ud83d\ude00\n"),
        Optional.of(Personal.of(new Address("St James's Square", 12))),
        List.of(Personal.of(1), Personal.of(2), Personal.of(3)),
        List.of(List.of(), List.of(Personal.of("x"), Personal.of("y")), List.of(Personal.of("z"))),
        wishes,
        List.of(new Companion(3, Personal.of("B")), new Companion(5, Personal.of("C"))),
        1.50);
  }

  private Bytes stored(Arrived event) {
    KeyState key = keys.keyFor(new Subject(Tenant.DEFAULT, GUEST)).join();
    return codec.encode(event, Protection.with(keys).writing(TYPE, "salt", key));
  }

  private Bytes open(Bytes data) {
    return new PersonalJson(keys).open(TYPE, Tenant.DEFAULT, data);
  }

  @Test
  void valuesAreReadWhereverTheyStand() {
    Bytes stored = stored(everywhere());
    assertThat(stored.utf8()).doesNotContain("Ada", "James");

    Reading reading = Protection.with(keys).reading(TYPE, Tenant.DEFAULT, true);
    Arrived read = codec.decode(stored, Arrived.class, reading);
    reading.about(GUEST);

    assertThat(read).isEqualTo(everywhere());
  }

  @Test
  void withoutTypesTheSameIsOpenedAndNothingElseIsTouched() {
    Bytes stored = stored(everywhere());

    assertThat(open(stored)).isEqualTo(codec.encode(everywhere()));

    Bytes spaced = Bytes.utf8(" { \"a\" : 1.50e3 , \"x\" : " + stored.utf8() + " } ");
    assertThat(open(spaced)).as("values that were moved stay sealed").isEqualTo(spaced);
  }

  @Test
  void whoIsForgottenIsThatEverywhere() {
    Bytes stored = stored(everywhere());
    keys.forget(new Subject(Tenant.DEFAULT, GUEST)).join();

    String forgotten = "{\"forgotten\":true}";
    assertThat(open(stored).utf8())
        .contains("\"rooms\":[" + forgotten + "," + forgotten + "," + forgotten + "]")
        .contains("\"price\":1.5")
        .doesNotContain("aes-256");
  }

  @Test
  void otherKeysAndOtherTenantsAreErrors() {
    Bytes stored = stored(everywhere());

    assertThatThrownBy(() ->
            new PersonalJson(new MemorySubjectKeys(SystemSeams.shared()))
                .open(TYPE, Tenant.DEFAULT, stored))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("not among these keys");
    assertThatThrownBy(() -> new PersonalJson(keys).open(TYPE, new Tenant("acme"), stored))
        .isInstanceOf(SubjectKeysException.class)
        .hasMessageContaining("moved");
    assertThat(new PersonalJson(keys).open("other", Tenant.DEFAULT, stored)).isEqualTo(stored);
  }

  @Test
  void whatOnlyLooksLikeOneStaysAsItIs() {
    for (String json :
        List.of(
            "{\"sealed\":\"aes-256-gcm-1\"}",
            "{\"sealed\":{\"sealed\":[\"aes-256-gcm-1\"]},\"key\":1}",
            "{\"a\":{\"sealed\":\"aes-256-gcm-1\",\"key\":\"k\",\"at\":\"arrived#/a\","
                + "\"nonce\":\"\",\"text\":\"\"}}",
            "not json",
            "{\"cut\":",
            "")) {
      assertThat(open(Bytes.utf8(json)).utf8()).isEqualTo(json);
    }
    Bytes binary = Bytes.wrap(new byte[] {(byte) 0xff, 0, 1});
    assertThat(open(binary)).isEqualTo(binary);
  }
}
