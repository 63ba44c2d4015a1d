package dev.millrace.cli.bench;

import dev.millrace.retail.DemoTraffic;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.domain.Shop;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures the start of the retail application with a filled store: from the start of its process
 * until {@code GET /health/ready} answers 200.
 */
final class StartBenchmark {
  private static final long SEED = 1;
  private static final Duration LEVEL = Duration.ofMinutes(10);
  private static final Pattern URL = Pattern.compile("\"url\":\"(http://[^\"]+)\"");

  private final Class<?> program;
  private final Path folder;
  private final long events;
  private final int starts;
  private final Consumer<String> progress;

  /**
   * What was measured.
   *
   * @param events in the store
   * @param cachedMillis each start with the JVM's ahead-of-time cache; empty: this program has none
   * @param uncachedMillis each start without it
   */
  public record Result(long events, List<Double> cachedMillis, List<Double> uncachedMillis) {
    /** The median of times; NaN when there are none. */
    public static double median(List<Double> millis) {
      List<Double> sorted = millis.stream().sorted().toList();
      return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() / 2);
    }
  }

  /**
   * A benchmark.
   *
   * @param program whose {@code demo} is started
   */
  StartBenchmark(
      Class<?> program, Path folder, long events, int starts, Consumer<String> progress) {
    this.program = program;
    this.folder = folder;
    this.events = events;
    this.starts = starts;
    this.progress = progress;
  }

  Result run() throws IOException, InterruptedException {
    progress.accept("a store with " + events + " events");
    long stored = fill();
    List<String> cache =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(option -> option.startsWith("-XX:AOTCache=") || option.startsWith("-Xlog:"))
            .toList();
    List<Double> cached = new ArrayList<>();
    List<Double> uncached = new ArrayList<>();
    for (int i = 1; i <= starts; i++) {
      progress.accept("start " + i + " of " + starts);
      if (!cache.isEmpty()) {
        cached.add(start(cache));
      }
      uncached.add(start(List.of()));
    }
    return new Result(stored, cached, uncached);
  }

  private long fill() {
    try (RetailApplication application = RetailApplication.open(folder)) {
      DemoTraffic traffic = application.traffic(SEED);
      traffic.run(0, () -> application.millrace().store(Shop.NAME).head() < events);
      application.awaitLevel(LEVEL);
      return application.millrace().store(Shop.NAME).head();
    }
  }

  private double start(List<String> options) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    List<String> arguments =
        List.of("demo", "--json", "--data", folder.toString(), "--port", "0", "--rate", "1");
    try (ChildJvm demo = ChildJvm.start(program, options, arguments)) {
      Matcher url = URL.matcher(demo.line());
      if (!url.find()) {
        throw new IOException("the demo's first line names no URL");
      }
      awaitReady(URI.create(url.group(1) + "/health/ready"));
      double millis = (System.nanoTime() - begun) / 1e6;
      demo.stop();
      return millis;
    }
  }

  private static void awaitReady(URI ready) throws IOException {
    while (true) {
      HttpURLConnection connection = (HttpURLConnection) ready.toURL().openConnection();
      if (connection.getResponseCode() == 200) {
        try (InputStream in = connection.getInputStream()) {
          in.readAllBytes();
          return;
        }
      }
    }
  }
}
