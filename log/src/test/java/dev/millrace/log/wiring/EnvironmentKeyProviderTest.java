package dev.millrace.log.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.log.spi.MasterKey;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A key in a variable. */
final class EnvironmentKeyProviderTest {
  @Test
  void aKeyIsReadFromTheVariableThatIsNamed() {
    Map<String, String> variables = Map.of("SHOP_KEY", "00".repeat(32) + "\n");
    assertThat(new EnvironmentKeyProvider(variables::get).open("SHOP_KEY").id())
        .isEqualTo(MasterKey.of(new byte[32]).id());
  }
}
