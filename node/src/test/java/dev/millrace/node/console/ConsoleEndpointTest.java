package dev.millrace.node.console;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ConsoleEndpointTest {
  @Test
  void withoutTheConsolesJarThereIsNothingToServe() {
    assertThat(ConsoleEndpoint.load("/dev/millrace/no-such-folder/")).isEmpty();
  }

  @Test
  void everyFileIsThereWithItsType() {
    assertThat(ConsoleEndpoint.load("/dev/millrace/console/"))
        .containsKeys("index.html", "THIRD-PARTY.md", "assets/theme.js", "assets/icon.svg")
        .allSatisfy((path, file) -> {
          assertThat(file.plain()).isNotEmpty();
          assertThat(file.mediaType()).as(path).isNotEqualTo("application/octet-stream");
        });
  }
}
