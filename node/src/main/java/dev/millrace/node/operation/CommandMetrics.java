package dev.millrace.node.operation;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** Counts and times commands. Labels are names of the context, so that their number is bounded. */
public final class CommandMetrics {
  /** From 250 µs to 8 s, each bound twice the one before: within 41% everywhere. */
  private static final double[] BOUNDS = {
    0.000_25, 0.000_5, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1, 2,
    4, 8
  };

  private final Counter commands;
  private final Histogram seconds;
  private final Histogram appendSeconds;
  private final Latencies latencies = new Latencies();
  private final Latencies appends = new Latencies();
  private final ConcurrentMap<String, DistributionDataPoint> appendPoints =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<Key, Points> points = new ConcurrentHashMap<>();

  private record Key(String context, String command, int status) {}

  /** Looked up once for each combination: the look-up by labels costs more than the count. */
  private record Points(CounterDataPoint count, DistributionDataPoint seconds) {}

  public CommandMetrics(PrometheusRegistry registry) {
    this.commands =
        Counter.builder()
            .name("millrace_commands_total")
            .help("Commands by how they ended, as HTTP status.")
            .labelNames("context", "command", "status")
            .register(registry);
    this.seconds =
        Histogram.builder()
            .name("millrace_command_seconds")
            .help("From a command's arrival to its durable answer.")
            .labelNames("context", "command")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
    this.appendSeconds =
        Histogram.builder()
            .name("millrace_append_seconds")
            .help("From the end of a command's decision until its events were durable.")
            .labelNames("context")
            .classicOnly()
            .classicUpperBounds(BOUNDS)
            .register(registry);
  }

  /** The time at which a command came in. */
  public long begin() {
    return System.nanoTime();
  }

  /** A command that a context has ended. */
  public void end(String context, String command, int status, long begun) {
    long nanos = System.nanoTime() - begun;
    Key key = new Key(context, command, status);
    Points known = points.get(key); // without a lock, unlike what follows
    Points point = known == null ? points.computeIfAbsent(key, this::points) : known;
    point.count().inc();
    point.seconds().observe(nanos / 1e9);
    latencies.record(nanos);
  }

  private Points points(Key key) {
    return new Points(
        commands.labelValues(key.context(), key.command(), String.valueOf(key.status())),
        seconds.labelValues(key.context(), key.command()));
  }

  /** Events of a command are durable. */
  public void appended(String context, Duration time) {
    appendPoints.computeIfAbsent(context, appendSeconds::labelValues).observe(time.toNanos() / 1e9);
    appends.record(time.toNanos());
  }

  /** All latencies of commands so far. */
  public Latencies latencies() {
    return latencies;
  }

  /** All latencies of appends so far. */
  public Latencies appends() {
    return appends;
  }
}
