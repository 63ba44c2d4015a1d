package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README compiles as it stands, and prints what the README says. */
class ReadmeTest {
  private static final Pattern PRINTS =
      Pattern.compile("prints `([^`]+)` and\\s`([^`]+)`. Run it again and it prints `([^`]+)`");

  @Test
  void theProgramOfTheReadmeRuns(@TempDir Path folder) throws Exception {
    DocumentedProgram program = new DocumentedProgram("README.md", folder);
    Matcher prints = program.find(PRINTS);
    assertThat(program.run()).containsExactly(prints.group(1), prints.group(2));
    assertThat(program.run())
        .as("a second run finds the events of the first")
        .containsExactly(prints.group(3), prints.group(2));
  }
}
