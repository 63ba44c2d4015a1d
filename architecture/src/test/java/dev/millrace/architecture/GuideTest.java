package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The programs of the guide compile as they stand, and print what the guide says. */
class GuideTest {
  private static final Pattern PRINTS =
      Pattern.compile(
          "first run prints `([^`]+)` and `([^`]+)`; each further run prints `([^`]+)` and\\s`([^`]+)`");

  @Test
  void theProgramOnPersonalDataRuns(@TempDir Path folder) throws Exception {
    DocumentedProgram program = new DocumentedProgram("docs/guide/personal-data.md", folder);
    Matcher prints = program.find(PRINTS);
    assertThat(program.run()).containsExactly(prints.group(1), prints.group(2));
    assertThat(program.run()).containsExactly(prints.group(3), prints.group(4));
  }
}
