package dev.millrace.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a script of {@code src/test/npm} with Node. Its packages are installed below {@code target}
 * when the lock file is another than the last time.
 */
final class NodeScript {
  private static final Path SOURCES = Path.of("src/test/npm");
  private static final Path TARGET = Path.of("target/npm");
  private static final Path INSTALLED = TARGET.resolve("node_modules/.installed-lock.json");

  private NodeScript() {}

  /** How a script ended, and what it printed. */
  record Result(int exitCode, String said) {}

  static Result run(String script, String... arguments) {
    install();
    List<String> command = new ArrayList<>(List.of("node", script));
    command.addAll(List.of(arguments));
    return execute(command);
  }

  private static synchronized void install() {
    try {
      Files.createDirectories(TARGET);
      try (Stream<Path> sources = Files.list(SOURCES)) {
        for (Path source : sources.toList()) {
          Files.copy(
              source, TARGET.resolve(source.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        }
      }
      Path lock = SOURCES.resolve("package-lock.json");
      if (!Files.exists(INSTALLED) || Files.mismatch(INSTALLED, lock) >= 0) {
        Result result =
            execute(List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"));
        assertThat(result.exitCode()).as("npm ci: " + result.said()).isZero();
        Files.copy(lock, INSTALLED, StandardCopyOption.REPLACE_EXISTING);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Result execute(List<String> command) {
    Process process;
    try {
      process =
          new ProcessBuilder(command).directory(TARGET.toFile()).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError(
          command.get(0)
              + " is missing: install Node 20 or newer with npm, for example with 'apt-get install"
              + " nodejs npm' or 'brew install node'; ./verify does it where it can",
          e);
    }
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), said);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
