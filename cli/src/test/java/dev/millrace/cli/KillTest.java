package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that is killed again and again, and then comes to its end. */
final class KillTest {
  private static final boolean NIGHTLY = Boolean.getBoolean("millrace.nightly");
  private static final int KILLS = NIGHTLY ? 20 : 3;
  private static final int FILES = NIGHTLY ? 7 : 1;
  private static final List<String> TOTALS =
      List.of(
          "grossByCountry",
          "netByCountry",
          "orders",
          "cancellations",
          "customers",
          "products",
          "refusals");

  @TempDir Path folder;

  @Test
  void theTotalsAreThoseOfAnImportThatWasNotKilled() throws Exception {
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    System.out.println("KillTest: repeat with -Dmillrace.test.jvm=-Dmillrace.seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    List<Path> files = Invoices.realOrMade(FILES, folder, seed, 3_000);

    long began = System.nanoTime();
    Map<String, Object> wholeImport;
    try (ChildProcess child = start("whole", files)) {
      assertThat(child.awaitExit()).as(child.err()).isZero();
      wholeImport = JsonText.object(child.lines().getLast());
    }
    long wholeNanos = System.nanoTime() - began;

    // Each run goes on where the one before was killed: the more there are, the shorter they are.
    long longest = wholeNanos / Math.max(2, KILLS / 5);
    for (int kill = 1; kill <= KILLS; kill++) {
      Duration delay = Duration.ofNanos(random.nextLong(longest));
      boolean ended;
      try (ChildProcess child = start("killed", files)) {
        ended = child.endsWithin(delay);
        child.kill();
        child.awaitExitWithoutReading();
      }
      System.out.println("KillTest: " + kill + describe(delay, ended, seed));
    }

    Map<String, Object> lastImport;
    try (ChildProcess child = start("killed", files)) {
      assertThat(child.awaitExit()).as(child.err()).isZero();
      lastImport = JsonText.object(child.lines().getLast());
    }
    for (String count : List.of("rows", "accepted", "rejected", "rejectedByReason")) {
      assertThat(lastImport).as("seed %s", seed).containsEntry(count, wholeImport.get(count));
    }
    Map<String, Object> expected = JsonText.lastLine(report("whole"));
    Map<String, Object> actual = JsonText.lastLine(report("killed"));
    for (String total : TOTALS) {
      assertThat(actual).as("seed %s", seed).containsEntry(total, expected.get(total));
    }
    Map<String, Object> verified = JsonText.lastLine(run("log", "verify", "--json"));
    assertThat(verified).containsEntry("ok", true).containsEntry("damage", List.of());
  }

  /** Says what a kill has left, and that it is whole. */
  private String describe(Duration delay, boolean ended, long seed) {
    String when = " after " + delay.toMillis() + " ms" + (ended ? ", at its end" : "");
    if (!Files.isDirectory(folder.resolve("killed").resolve("log"))) {
      return when + ", before there was a store";
    }
    CliRun verified = run("log", "verify", "--json");
    if (verified.err().contains("holds no store")) {
      return when + ", before there was a store";
    }
    assertThat(verified.code).as("%s, seed %s: %s", when, seed, verified.err()).isZero();
    return when + ", with " + JsonText.lastLine(verified).get("events") + " events";
  }

  private ChildProcess start(String data, List<Path> files) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("retail", "import", "--json"));
    arguments.addAll(List.of("--data", folder.resolve(data).toString()));
    files.forEach(file -> arguments.add(file.toString()));
    return ChildProcess.start(folder, arguments.toArray(String[]::new));
  }

  private CliRun report(String data) {
    return CliRun.in(folder)
        .with("MILLRACE_DATA", folder.resolve(data).toString())
        .run("retail", "report", "--json");
  }

  private CliRun run(String... arguments) {
    return CliRun.in(folder)
        .with("MILLRACE_DATA", folder.resolve("killed").toString())
        .run(arguments);
  }
}
