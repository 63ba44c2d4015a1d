package dev.millrace.retail;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures start, import, import again and replay: {@code ImportBench DIR FILE-OR-FOLDER…}. Run it
 * by hand; the figures in the README come from it.
 */
final class ImportBench {
  private ImportBench() {}

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path data = Path.of(arguments[1]);
    List<Path> files;
    try (Stream<Path> found = Files.list(data)) {
      files = found.filter(file -> file.toString().endsWith(".csv.gz")).sorted().toList();
    }
    for (int round = 1; round <= 2; round++) {
      long begun = System.nanoTime();
      try (RetailApplication shop = RetailApplication.open(folder)) {
        say("ready in", begun);
        begun = System.nanoTime();
        shop.awaitLevel(Duration.ofMinutes(5));
        say("level in", begun);
        System.out.println(shop.importer().run(files, ImportListener.NONE));
        System.out.println(cpu());
        for (int i = 0; i < 3; i++) {
          var replayed = shop.replay(processors -> {});
          System.out.println(replayed + " " + replayed.eventsPerSecond() + " events/s");
          System.out.println(cpu());
        }
        System.out.println(shop.report());
        begun = System.nanoTime();
      }
      say("closed in", begun);
    }
  }

  /** Of the process so far: unlike wall time, it does not grow with what else the machine does. */
  private static String cpu() {
    return "processor time so far "
        + ProcessHandle.current().info().totalCpuDuration().orElseThrow();
  }

  private static void say(String what, long begun) {
    System.out.printf("%s %.3f s%n", what, (System.nanoTime() - begun) / 1e9);
  }
}
