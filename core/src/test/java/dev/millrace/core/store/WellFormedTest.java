package dev.millrace.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class WellFormedTest {
  @Test
  void wholeCharactersOfAnyLanguageAreTaken() {
    assertThat(TagValue.parse("person:Zoë 李 😀").value()).isEqualTo("Zoë 李 😀");
  }

  @Test
  void halfACharacterIsRefusedWhereItWouldBecomeAnother() {
    for (String half : List.of("\ud83d", "a\ude00", "\ud83d\ud83d\ude00", "\ude00\ud83d")) {
      refused(() -> new TagValue("person", half));
      refused(() -> new CommandRecord(half, "greet", 1, null));
      refused(() -> new Tenant(half));
      refused(() -> new NewEvent(half, 1, List.of(), Bytes.EMPTY));
    }
  }

  private static void refused(Runnable making) {
    assertThatIllegalArgumentException()
        .isThrownBy(making::run)
        .withMessageContaining("half of a surrogate pair");
  }
}
