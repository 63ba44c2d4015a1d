package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program on channels runs, and prints what the guide says. */
class ChannelGuideTest {
  private static final Pattern PRINTS = Pattern.compile("It prints `([^`]+)`");

  @Test
  void anEventOfOneContextBecomesARowOfAnother(@TempDir Path folder) throws Exception {
    DocumentedProgram program = new DocumentedProgram("docs/guide/channels.md", folder);
    assertThat(program.run()).containsExactly(program.find(PRINTS).group(1));
  }
}
