package dev.millrace.cli.bench;

import dev.millrace.core.Millrace;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Measures a node: durable commands by HTTP from a load generator in another process, with tails
 * beside them, beyond the node's capacity, and the start of the retail application.
 */
public final class HttpBenchmark {
  private static final int TAILS_CONNECTIONS = 64;
  private static final int IDLE_TAILS = 1_000;
  private static final int SLOW_TAILS = 10;
  private static final int OVERLOAD_CONNECTIONS = 3_000;
  private static final Duration SETTLE = Duration.ofSeconds(1);

  private final Class<?> program;
  private final Options options;
  private final Consumer<String> progress;

  /**
   * What to measure.
   *
   * @param folder where; a folder inside it is made and deleted
   * @param connections numbers of connections, one measurement for each
   * @param step how long each measurement lasts, after as long to warm up
   * @param overload how long the node gets twice what it can do
   * @param events in the store of the application whose start is measured
   * @param starts of each kind, of which the median counts
   */
  public record Options(
      Path folder,
      List<Integer> connections,
      Duration step,
      Duration overload,
      long events,
      int starts) {
    /** Everything in some minutes, or less when quick. */
    public static Options of(Path folder, boolean quick) {
      return new Options(
          folder,
          List.of(16, 64, 256),
          Duration.ofSeconds(quick ? 3 : 15),
          Duration.ofSeconds(quick ? 3 : 30),
          quick ? 20_000 : 300_000,
          quick ? 1 : 5);
    }
  }

  /**
   * Commands beside tails.
   *
   * @param without no tail, before and after
   * @param with 1,000 idle tails and 10 slow ones
   */
  public record Tails(List<Load> without, Load with) {
    /** The rate with tails over that without. */
    public double ratio() {
      return with.perSecond()
          / without.stream().mapToDouble(Load::perSecond).average().orElseThrow();
    }
  }

  /**
   * Twice the capacity.
   *
   * @param offeredPerSecond commands that were due each second
   * @param during what became of them
   * @param after from a second later, without a warm-up
   * @param later after that: the full speed of a store that has grown by all that was accepted
   * @param heapBefore bytes of the heap that were in use for good
   * @param heapAfter the same when it was over
   */
  public record Overload(
      double offeredPerSecond,
      Load during,
      Load after,
      Load later,
      long heapBefore,
      long heapAfter) {}

  /** What was measured. */
  public record Result(
      Map<Integer, Load> commands, Tails tails, Overload overload, StartBenchmark.Result start) {}

  /**
   * A benchmark.
   *
   * @param program whose {@code demo} is started to measure its start
   * @param progress told what is being measured
   */
  public HttpBenchmark(Class<?> program, Options options, Consumer<String> progress) {
    this.program = program;
    this.options = options;
    this.progress = progress;
  }

  /** Measures; takes as long as the options say. */
  public Result run() throws IOException, InterruptedException {
    Files.createDirectories(options.folder());
    Path folder = Files.createTempDirectory(options.folder(), "bench-");
    try {
      StartBenchmark.Result start =
          new StartBenchmark(
                  program, folder.resolve("shop"), options.events(), options.starts(), progress)
              .run();
      try (Millrace millrace =
              Millrace.host(LoadBank.context(), EventStore.open("log:" + folder.resolve("bank")));
          Node node = Node.start(NodeOptions.onPort(0), millrace)) {
        Map<Integer, Load> commands = new LinkedHashMap<>();
        for (int count : options.connections()) {
          progress.accept("commands from " + count + " connections");
          commands.put(count, closed(node, count));
        }
        Tails tails = tails(node);
        return new Result(commands, tails, overload(node, tails.without().get(1)), start);
      }
    } finally {
      delete(folder);
    }
  }

  private Load closed(Node node, int connections) throws IOException {
    return load(node, connections, 0, options.step(), options.step());
  }

  private static Load load(Node node, int connections, double rate, Duration warmUp, Duration time)
      throws IOException {
    List<String> arguments =
        List.of(
            String.valueOf(node.port()),
            String.valueOf(connections),
            String.valueOf(rate),
            String.valueOf(warmUp.toMillis()),
            String.valueOf(time.toMillis()));
    try (ChildJvm load = ChildJvm.start(HttpLoad.class, List.of("-Xmx512m"), arguments)) {
      return Load.parse(load.line());
    }
  }

  private Tails tails(Node node) throws IOException, InterruptedException {
    List<Load> without = new ArrayList<>();
    progress.accept("commands without tails");
    without.add(closed(node, TAILS_CONNECTIONS));
    progress.accept("commands beside " + (IDLE_TAILS + SLOW_TAILS) + " tails");
    Load with;
    List<String> arguments =
        List.of(
            String.valueOf(node.port()), String.valueOf(IDLE_TAILS), String.valueOf(SLOW_TAILS));
    try (ChildJvm tails = ChildJvm.start(HttpTails.class, List.of("-Xmx256m"), arguments)) {
      tails.line();
      with = closed(node, TAILS_CONNECTIONS);
      tails.stop();
    }
    progress.accept("commands without tails");
    without.add(closed(node, TAILS_CONNECTIONS));
    return new Tails(without, with);
  }

  private Overload overload(Node node, Load capacity) throws IOException, InterruptedException {
    double offered = 2 * capacity.perSecond();
    progress.accept("twice what it can do");
    long heapBefore = LiveHeap.bytes();
    Load during = load(node, OVERLOAD_CONNECTIONS, offered, Duration.ZERO, options.overload());
    progress.accept("a second later");
    Thread.sleep(SETTLE.toMillis());
    Load after = load(node, TAILS_CONNECTIONS, 0, Duration.ZERO, options.step());
    long heapAfter = LiveHeap.bytes();
    progress.accept("later");
    return new Overload(
        offered, during, after, closed(node, TAILS_CONNECTIONS), heapBefore, heapAfter);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
