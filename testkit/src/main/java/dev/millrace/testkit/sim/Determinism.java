package dev.millrace.testkit.sim;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Checks that a seed decides everything: each scenario runs in two JVMs, and their traces must be
 * equal.
 *
 * <p>Two runs in one JVM would agree about too much: identity hashes, the iteration order of {@code
 * Set.of}, what a class has cached. The two JVMs differ in those on purpose, and in their heap.
 */
public final class Determinism {
  private static final long PATIENCE_MINUTES = 5;

  /** Lines before the first difference that a message shows. */
  private static final int CONTEXT = 5;

  private Determinism() {}

  /**
   * Runs a scenario twice for each seed.
   *
   * @throws AssertionError naming the seed and the first line in which the two traces differ, or
   *     what the scenario failed with
   */
  public static void check(Class<? extends Scenario> scenario, long... seeds) {
    try {
      Path folder = Files.createTempDirectory("determinism");
      try {
        Path first = folder.resolve("first");
        Path second = folder.resolve("second");
        List<Process> children =
            List.of(
                start(scenario, Files.createDirectory(first), seeds, "-XX:hashCode=2", "-Xmx256m"),
                start(
                    scenario, Files.createDirectory(second), seeds, "-XX:hashCode=5", "-Xmx192m"));
        for (Process child : children) {
          await(child, scenario, folder);
        }
        for (long seed : seeds) {
          compare(scenario, seed, first, second);
        }
      } finally {
        delete(folder);
      }
    } catch (IOException failure) {
      throw new AssertionError("could not compare two runs of " + scenario.getName(), failure);
    }
  }

  private static Process start(
      Class<?> scenario, Path folder, long[] seeds, String hashes, String heap) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UnlockExperimentalVMOptions", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of(hashes, heap, "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Determinism.class.getName(), scenario.getName(), folder.toString()));
    Arrays.stream(seeds).mapToObj(Long::toString).forEach(command::add);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("output").toFile())
        .start();
  }

  private static void await(Process child, Class<?> scenario, Path folder) throws IOException {
    try {
      if (!child.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError(scenario.getName() + " took over " + PATIENCE_MINUTES + " min");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AssertionError(interrupted);
    } finally {
      child.destroyForcibly();
    }
    if (child.exitValue() != 0) {
      String first = Files.readString(folder.resolve("first").resolve("output"));
      String second = Files.readString(folder.resolve("second").resolve("output"));
      throw new AssertionError(
          scenario.getName() + " failed: " + (first.isEmpty() ? second : first));
    }
  }

  private static void compare(Class<?> scenario, long seed, Path first, Path second)
      throws IOException {
    List<String> before = new ArrayList<>();
    try (BufferedReader one = Files.newBufferedReader(trace(first, seed));
        BufferedReader other = Files.newBufferedReader(trace(second, seed))) {
      long number = 0;
      @Nullable String line;
      do {
        number++;
        line = one.readLine();
        String twin = other.readLine();
        if (!Objects.equals(line, twin)) {
          throw new AssertionError(different(scenario, seed, number, line, twin, before));
        }
        before.add(String.valueOf(line));
        if (before.size() > CONTEXT) {
          before.remove(0);
        }
      } while (line != null);
    }
  }

  private static String different(
      Class<?> scenario,
      long seed,
      long number,
      @Nullable String line,
      @Nullable String twin,
      List<String> before) {
    return "seed "
        + seed
        + " of "
        + scenario.getName()
        + " does not decide everything: two runs differ first in line "
        + number
        + " of their traces:\n  one:   "
        + line
        + "\n  other: "
        + twin
        + "\nafter\n  "
        + String.join("\n  ", before);
  }

  private static Path trace(Path folder, long seed) {
    return folder.resolve("trace-" + seed);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The child: scenario, folder, seeds. */
  public static void main(String[] arguments) throws Exception {
    Scenario scenario =
        Class.forName(arguments[0])
            .asSubclass(Scenario.class)
            .getDeclaredConstructor()
            .newInstance();
    Path folder = Path.of(arguments[1]);
    LongStream seeds = Arrays.stream(arguments).skip(2).mapToLong(Long::parseLong);
    for (long seed : seeds.toArray()) {
      Simulation simulation = Simulation.of(seed);
      try (var lines = Files.newBufferedWriter(trace(folder, seed))) {
        simulation
            .trace()
            .sendTo(line -> {
              try {
                lines.write(line);
                lines.newLine();
              } catch (IOException failure) {
                throw new UncheckedIOException(failure);
              }
            });
        scenario.run(simulation);
        lines.write("trace hash " + Long.toHexString(simulation.traceHash()));
      }
    }
  }
}
