package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program in the README compiles as it stands, and prints what the README says. */
class ReadmeTest {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern PRINTS =
      Pattern.compile("prints `([^`]+)` and\\s`([^`]+)`. Run it again and it prints `([^`]+)`");

  @Test
  void theProgramOfTheReadmeRuns(@TempDir Path folder) throws Exception {
    String readme = Files.readString(root().resolve("README.md"));
    Path source = folder.resolve("Bank.java");
    Files.writeString(source, first(PROGRAM, readme).group(1));

    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    String classPath = System.getProperty("java.class.path");
    int compiled =
        compiler.run(
            null,
            null,
            null,
            "--release",
            "21",
            "-cp",
            classPath,
            "-d",
            folder.toString(),
            source.toString());
    assertThat(compiled).as("exit code of javac").isZero();

    Matcher prints = first(PRINTS, readme);
    assertThat(run(folder, classPath)).containsExactly(prints.group(1), prints.group(2));
    assertThat(run(folder, classPath))
        .as("a second run finds the events of the first")
        .containsExactly(prints.group(3), prints.group(2));
  }

  private static Matcher first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("the README has " + pattern).isTrue();
    return matcher;
  }

  private static List<String> run(Path folder, String classPath) throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + java.io.File.pathSeparator + classPath,
                "Bank",
                folder.resolve("data").toString())
            .redirectOutput(output.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).as("exit code of the program").isZero();
    return Files.readAllLines(output);
  }

  /** The folder of the repository, from whichever module the test runs in. */
  private static Path root() throws IOException {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("README.md"))) {
      folder = folder.getParent();
      if (folder == null) {
        throw new IOException("no README.md in this folder or above it");
      }
    }
    return folder;
  }
}
