package dev.millrace.node.operation;

import dev.millrace.core.CircuitBreaker;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.processing.CircuitBreakerPolicy;
import dev.millrace.core.store.MillraceException;
import dev.millrace.node.http.Blocking;
import dev.millrace.node.http.Gate;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Metrics in the text format of Prometheus. What cannot be read at the moment, as the head of a
 * store that is closed, is left out: the others must still be seen.
 */
public final class MetricsEndpoint {
  private static final Logger LOG = LoggerFactory.getLogger(MetricsEndpoint.class);

  private final PrometheusRegistry registry;
  private final Millrace millrace;
  private final Blocking blocking;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  /**
   * Adds its metrics to those of the registry.
   *
   * @param gates what is bounded
   */
  public MetricsEndpoint(
      PrometheusRegistry registry, Millrace millrace, Blocking blocking, List<Gate> gates) {
    this.registry = registry;
    this.millrace = millrace;
    this.blocking = blocking;
    addGates(gates);
    new StoreMetrics(registry, millrace).register();
    addProcessors();
    new DeadlineMetrics(registry, millrace).register();
    JvmMemoryMetrics.builder().register(registry);
    JvmGarbageCollectorMetrics.builder().register(registry);
    JvmThreadsMetrics.builder().register(registry);
    JvmBufferPoolMetrics.builder().register(registry);
    JvmRuntimeInfoMetric.builder().register(registry);
    ProcessMetrics.builder().register(registry);
  }

  private void addGates(List<Gate> gates) {
    GaugeWithCallback.builder()
        .name("millrace_in_flight")
        .help("Commands, queries and tails that are being served.")
        .labelNames("kind")
        .callback(gauge -> gates.forEach(gate -> gauge.call(gate.inside(), gate.what())))
        .register(registry);
    GaugeWithCallback.builder()
        .name("millrace_in_flight_limit")
        .help("Most that are served at a time; further ones are refused.")
        .labelNames("kind")
        .callback(gauge -> gates.forEach(gate -> gauge.call(gate.most(), gate.what())))
        .register(registry);
    CounterWithCallback.builder()
        .name("millrace_refused_total")
        .help("Commands, queries and tails that were refused because too many were served.")
        .labelNames("kind")
        .callback(
            counter -> gates.forEach(gate -> counter.call((double) gate.refused(), gate.what())))
        .register(registry);
  }

  private static void unlessUnreadable(Runnable reading) {
    try {
      reading.run();
    } catch (MillraceException e) {
      LOG.debug("a metric could not be read", e);
    }
  }

  private void addProcessors() {
    processors(
        "position", "Every event up to this position was handled.", ProcessorStatus::position);
    processors("dead_letters", "Keys that are blocked by an event.", ProcessorStatus::deadLetters);
    processors("shares", "Shares of its work that this process has.", ProcessorStatus::shares);
    processors("lag_events", "Positions that it is behind.", ProcessorStatus::lag);
    GaugeWithCallback.builder()
        .name("millrace_processor_lag_seconds")
        .help("Age of the oldest event that it has not passed.")
        .labelNames("context", "processor")
        .callback(gauge ->
            each(one ->
                Lag.of(one, millrace)
                    .ifPresent(lag -> gauge.call(lag.toMillis() / 1e3, one.context(), one.name()))))
        .register(registry);
    counted("handled_events_total", "Events handled since its start.", ProcessorStatus::handled);
    counted("failures_total", "Attempts that failed since its start.", ProcessorStatus::failures);
    GaugeWithCallback.builder()
        .name("millrace_processor_state")
        .help("1 for the state in which it is.")
        .labelNames("context", "processor", "state")
        .callback(gauge ->
            each(one -> {
              for (ProcessorStatus.State state : ProcessorStatus.State.values()) {
                String name = state.name().toLowerCase(Locale.ROOT);
                gauge.call(one.state() == state ? 1 : 0, one.context(), one.name(), name);
              }
            }))
        .register(registry);
    addBreakers();
  }

  private void addBreakers() {
    GaugeWithCallback.builder()
        .name("millrace_processor_circuit_breaker_state")
        .help("1 for the state in which its circuit breaker is.")
        .labelNames("context", "processor", "breaker", "state")
        .callback(gauge ->
            each(one -> {
              var breaker = one.breaker();
              if (breaker != null) {
                for (CircuitBreakerPolicy.State state : CircuitBreakerPolicy.State.values()) {
                  String name = state.name().toLowerCase(Locale.ROOT);
                  double is = breaker.state() == state ? 1 : 0;
                  gauge.call(is, one.context(), one.name(), breaker.name(), name);
                }
              }
            }))
        .register(registry);
    breakers(
        "since_timestamp_seconds",
        "When its circuit breaker came into its state.",
        CircuitBreaker.Status::since);
    breakers(
        "next_probe_timestamp_seconds",
        "When its circuit breaker, which is open, lets something through to see.",
        CircuitBreaker.Status::nextProbe);
  }

  private void breakers(
      String name, String help, Function<CircuitBreaker.Status, @Nullable Instant> value) {
    GaugeWithCallback.builder()
        .name("millrace_processor_circuit_breaker_" + name)
        .help(help)
        .labelNames("context", "processor", "breaker")
        .callback(gauge ->
            each(one -> {
              var breaker = one.breaker();
              Instant at = breaker == null ? null : value.apply(breaker);
              if (breaker != null && at != null) {
                gauge.call(at.toEpochMilli() / 1e3, one.context(), one.name(), breaker.name());
              }
            }))
        .register(registry);
  }

  private void processors(String name, String help, ToLongFunction<ProcessorStatus> value) {
    GaugeWithCallback.builder()
        .name("millrace_processor_" + name)
        .help(help)
        .labelNames("context", "processor")
        .callback(gauge ->
            each(one -> gauge.call((double) value.applyAsLong(one), one.context(), one.name())))
        .register(registry);
  }

  private void counted(String name, String help, ToLongFunction<ProcessorStatus> value) {
    CounterWithCallback.builder()
        .name("millrace_processor_" + name)
        .help(help)
        .labelNames("context", "processor")
        .callback(counter ->
            each(one -> counter.call((double) value.applyAsLong(one), one.context(), one.name())))
        .register(registry);
  }

  private void each(Consumer<ProcessorStatus> metric) {
    for (ProcessorStatus one : millrace.processors()) {
      unlessUnreadable(() -> metric.accept(one));
    }
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/metrics", this::metrics);
  }

  private void metrics(ServerRequest request, ServerResponse response) {
    byte[] text = blocking.call("metrics", this::text);
    response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
    response.send(text);
  }

  private byte[] text() {
    ByteArrayOutputStream text = new ByteArrayOutputStream(16_384);
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toByteArray();
  }
}
