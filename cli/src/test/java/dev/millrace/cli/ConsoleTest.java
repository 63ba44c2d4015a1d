package dev.millrace.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The console in a real browser: runs the specs of {@code console/e2e}, and reports each as a test
 * of its own. With {@code -Dmillrace.pictures=true} it also takes the pictures of the documents;
 * {@code -Dmillrace.specs=letters} runs those of one file only.
 */
final class ConsoleTest {
  private static final long PATIENCE_SECONDS = 280;
  private static final Path CONSOLE = Path.of("../console").toAbsolutePath().normalize();
  private static final Path PICTURE =
      Path.of("../docs/pictures/console.png").toAbsolutePath().normalize();

  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everySpecPassesInABrowser() throws Exception {
    Path results = folder.resolve("results.json");
    Path output = folder.resolve("output.txt");
    try (ConsoleWalls walls = new ConsoleWalls();
        ConsoleShop shop = new ConsoleShop(folder.resolve("shop"), walls)) {
      run(shop, walls, results, output);
    }
    if (!Files.exists(results)) {
      throw new AssertionError("the specs did not run:\n" + Files.readString(output));
    }
    JsonNode report = JsonMapper.builder().build().readTree(Files.readString(results));
    List<DynamicTest> tests = new ArrayList<>();
    collect(report, tests);
    if (tests.isEmpty()) {
      throw new AssertionError("there were no specs:\n" + report);
    }
    return tests.stream();
  }

  private void run(ConsoleShop shop, ConsoleWalls walls, Path results, Path output)
      throws IOException, InterruptedException {
    Path runner = CONSOLE.resolve("node_modules/@playwright/test/cli.js");
    if (!Files.exists(runner)) {
      throw new AssertionError(runner + " is missing: build the module console first");
    }
    List<String> command = new ArrayList<>(List.of("node", runner.toString(), "test"));
    String some = System.getProperty("millrace.specs", "");
    if (!some.isEmpty()) {
      command.add(some);
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(CONSOLE.toFile());
    Map<String, String> environment = builder.environment();
    environment.put("MILLRACE_URL", shop.uri().toString());
    environment.put("MILLRACE_CONTROL", shop.controlUri().toString());
    environment.put("MILLRACE_WALLS", walls.uri().toString());
    environment.put("MILLRACE_CHROMIUM", chromium());
    environment.put("MILLRACE_RESULTS", results.toString());
    environment.put("FORCE_COLOR", "0");
    if (Boolean.getBoolean("millrace.pictures")) {
      environment.put("MILLRACE_PICTURE", PICTURE.toString());
    }
    Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("the specs still run:\n" + Files.readString(output));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  /** The browser that ./verify found, else one on the path. */
  private static String chromium() {
    String named = System.getenv("MILLRACE_CHROMIUM");
    if (named != null && !named.isBlank()) {
      return named;
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      for (String name : List.of("chromium", "chromium-browser", "google-chrome")) {
        Path program = Path.of(folder, name);
        if (Files.isExecutable(program)) {
          return program.toString();
        }
      }
    }
    throw new AssertionError(
        "the console is tested with Chromium, and there is none: 'apt-get install chromium' or"
            + " 'brew install --cask chromium', or set MILLRACE_CHROMIUM to its program");
  }

  private static void collect(JsonNode suite, List<DynamicTest> tests) {
    for (JsonNode error : suite.path("errors")) {
      tests.add(
          DynamicTest.dynamicTest(
              "loads", () -> Assertions.fail(error.path("message").asString())));
    }
    for (JsonNode spec : suite.path("specs")) {
      tests.add(DynamicTest.dynamicTest(spec.get("title").asString(), () -> check(spec)));
    }
    for (JsonNode inner : suite.path("suites")) {
      collect(inner, tests);
    }
  }

  private static void check(JsonNode spec) {
    if (spec.get("ok").asBoolean()) {
      return;
    }
    StringBuilder text = new StringBuilder(spec.get("title").asString());
    for (JsonNode error : spec.findValues("errors")) {
      for (JsonNode each : error) {
        text.append('\n').append(each.path("message").asString());
      }
    }
    Assertions.fail(text.toString());
  }
}
