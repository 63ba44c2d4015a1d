package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on versions of a projection runs, and prints what the guide says. */
class ReadModelGuideTest {
  private static final Pattern PRINTS =
      Pattern.compile("It prints `([^`]+)`, `([^`]+)` and `([^`]+)`");

  @Test
  void aNewVersionIsMadeBesideTheOldOne(@TempDir Path folder) throws Exception {
    DocumentedProgram program = new DocumentedProgram("docs/guide/read-models.md", folder);
    Matcher prints = program.find(PRINTS);
    assertThat(program.run()).containsExactly(prints.group(1), prints.group(2), prints.group(3));
  }
}
