package dev.millrace.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** The first Java program of a page, compiled as it stands, to be run in a folder. */
final class DocumentedProgram {
  private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
  private static final Pattern CLASS = Pattern.compile("public (?:final )?class (\\w+)");

  private final String text;
  private final String name;
  private final Path folder;
  private final String classPath = System.getProperty("java.class.path");

  /**
   * Compiles.
   *
   * @param page below the folder of the repository
   */
  DocumentedProgram(String page, Path folder) throws IOException {
    this.text = Files.readString(root().resolve(page));
    this.folder = folder;
    String program = find(PROGRAM).group(1);
    this.name = first(CLASS, program).group(1);
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, program);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
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
  }

  /** What the page says, found by a pattern. */
  Matcher find(Pattern pattern) {
    return first(pattern, text);
  }

  private static Matcher first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("there is " + pattern).isTrue();
    return matcher;
  }

  /** Runs it; its argument is a folder of its own, the same each time. */
  List<String> run() throws Exception {
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                folder + File.pathSeparator + classPath,
                name,
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
