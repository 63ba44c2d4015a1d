package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import dev.millrace.retail.RetailApplication;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The lines with {@code curl} in the README and the guide do what the comments below them say. */
final class HttpGuideTest {
  private static final Pattern BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
  private static final String EXPECTED = "# => ";

  @TempDir static Path folder;
  private static RetailApplication application;
  private static Node node;

  @BeforeAll
  static void start() {
    application = RetailApplication.open(folder);
    node = Node.start(NodeOptions.onPort(0), application.millrace());
  }

  @AfterAll
  static void stop() {
    node.close();
    application.close();
  }

  @TestFactory
  Stream<DynamicTest> theGuideIsTrue() {
    return Stream.of("README.md", "docs/guide/http.md")
        .flatMap(page -> steps(page).stream().map(step -> step.named(page)))
        .map(step -> DynamicTest.dynamicTest(step.name(), () -> run(step)));
  }

  /** Commands, and what must stand in their output, in this order. */
  private record Step(String name, String script, List<String> expected) {
    Step named(String page) {
      return new Step(page + ": " + script.lines().findFirst().orElseThrow(), script, expected);
    }
  }

  private static List<Step> steps(String page) {
    List<Step> steps = new ArrayList<>();
    for (Matcher block = BLOCK.matcher(text(page)); block.find(); ) {
      if (block.group(1).contains("localhost:8080")) {
        steps.addAll(stepsOf(block.group(1)));
      }
    }
    assertThat(steps).as(page).isNotEmpty();
    return steps;
  }

  private static List<Step> stepsOf(String block) {
    List<Step> steps = new ArrayList<>();
    StringBuilder script = new StringBuilder();
    List<String> expected = new ArrayList<>();
    for (String line : block.lines().toList()) {
      if (line.startsWith(EXPECTED)) {
        expected.add(line.substring(EXPECTED.length()));
        continue;
      }
      if (!expected.isEmpty()) {
        steps.add(new Step("", script.toString(), List.copyOf(expected)));
        script.setLength(0);
        expected.clear();
      }
      script.append(line).append('\n');
    }
    steps.add(new Step("", script.toString(), List.copyOf(expected)));
    return steps;
  }

  private static String text(String page) {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("README.md"))) {
      root = root.getParent();
    }
    try {
      return Files.readString(root.resolve(page));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void run(Step step) throws IOException {
    assertThat(step.expected()).as("what it shows").isNotEmpty();
    String script = step.script().replace("localhost:8080", "localhost:" + node.port());
    Process bash =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    Deque<String> left = new ArrayDeque<>(step.expected());
    StringBuilder output = new StringBuilder();
    try (BufferedReader out = bash.inputReader(StandardCharsets.UTF_8)) {
      char[] chars = new char[8_192];
      int from = 0;
      while (!left.isEmpty()) {
        int read = out.read(chars);
        assertThat(read).as("nothing says %s in %s", left, output).isPositive();
        output.append(chars, 0, read);
        for (int at; !left.isEmpty() && (at = output.indexOf(left.peek(), from)) >= 0; ) {
          from = at + left.remove().length();
        }
      }
    } finally {
      bash.descendants().forEach(ProcessHandle::destroyForcibly); // a tail does not end by itself
      bash.destroyForcibly();
    }
  }
}
