package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the guide to deadlines compiles as it stands, and prints what the guide says. */
class DeadlineGuideTest {
  private static final Pattern PRINTS = Pattern.compile("```text\n(.*?)```", Pattern.DOTALL);

  @Test
  void theProgramOfTheGuideRuns(@TempDir Path folder) throws Exception {
    DocumentedProgram program = new DocumentedProgram("docs/guide/deadlines.md", folder);

    assertThat(program.run())
        .containsExactlyElementsOf(program.find(PRINTS).group(1).lines().toList());
  }
}
