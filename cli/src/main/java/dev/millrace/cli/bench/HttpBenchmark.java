package dev.millrace.cli.bench;

import static dev.millrace.core.Decision.accept;

import dev.millrace.core.Command;
import dev.millrace.core.Context;
import dev.millrace.core.Events;
import dev.millrace.core.Millrace;
import dev.millrace.core.NoRejection;
import dev.millrace.core.Tag;
import dev.millrace.core.View;
import dev.millrace.core.store.EventStore;
import dev.millrace.node.Node;
import dev.millrace.node.NodeOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures durable commands by HTTP: a node in this process, the load generator in another, each
 * connection in a closed loop. A command reads its account's view and appends one event.
 */
public final class HttpBenchmark {
  private record Deposited(String account, long cents) {}

  private record Deposit(String account, long cents) implements Command<NoRejection> {}

  private static final Tag<String> ACCOUNT = Tag.named("account");

  private static final View<String, Long> BALANCE =
      View.of(Long.class)
          .keyed(ACCOUNT)
          .starting(0L)
          .on(Deposited.class, (balance, event) -> balance + event.cents());

  private HttpBenchmark() {}

  /**
   * A rate with its latencies.
   *
   * @param commandsPerSecond answered with 200, so durable
   * @param p50Micros half of them were answered within
   * @param p99Micros of hundred, 99 were answered within
   * @param refused answers of other kinds, warm-up included
   */
  public record Rate(double commandsPerSecond, long p50Micros, long p99Micros, long refused) {}

  /**
   * Measures.
   *
   * @param folder of the store, which stays
   * @param step how long each measurement lasts, after as long to warm up
   * @param connections numbers of connections, one measurement for each
   */
  public static Map<Integer, Rate> run(Path folder, Duration step, List<Integer> connections)
      throws IOException, InterruptedException {
    Context bank =
        Context.named("bank")
            .events(
                Events.of(Deposited.class)
                    .tag(ACCOUNT, Deposited::account)
                    .name("deposited", Deposited.class))
            .on(Deposit.class)
            .reading(BALANCE, Deposit::account)
            .decide((balance, command) -> accept(new Deposited(command.account(), command.cents())))
            .build();
    Map<Integer, Rate> rates = new LinkedHashMap<>();
    try (Millrace millrace = Millrace.host(bank, EventStore.open("log:" + folder));
        Node node = Node.start(NodeOptions.onPort(0), millrace)) {
      for (int count : connections) {
        rates.put(count, measure(node.port(), count, step));
      }
    }
    return rates;
  }

  private static Rate measure(int port, int connections, Duration step)
      throws IOException, InterruptedException {
    String seconds = String.valueOf(step.toMillis() / 1e3);
    Process load =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                HttpLoad.class.getName(),
                String.valueOf(port),
                String.valueOf(connections),
                seconds,
                seconds)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (load.waitFor() != 0) {
      throw new IOException("the load generator failed: " + printed);
    }
    String[] figures = printed.strip().split(" ", -1);
    return new Rate(
        Double.parseDouble(figures[0]),
        Long.parseLong(figures[1]),
        Long.parseLong(figures[2]),
        Long.parseLong(figures[3]));
  }

  /** Folder, seconds of each step, numbers of connections: for a measurement by hand. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Integer> connections =
        List.of(arguments).subList(2, arguments.length).stream().map(Integer::valueOf).toList();
    Duration step = Duration.ofMillis((long) (Double.parseDouble(arguments[1]) * 1_000));
    run(Path.of(arguments[0]), step, connections)
        .forEach((count, rate) -> System.out.println(count + " connections: " + rate));
  }
}
