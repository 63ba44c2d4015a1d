package dev.millrace.node.operation;

import dev.millrace.core.Context;
import dev.millrace.core.Millrace;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.node.http.Routes;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.ToDoubleFunction;

/** Metrics in the text format of Prometheus. */
public final class MetricsEndpoint {
  private final PrometheusRegistry registry;
  private final Millrace millrace;
  private final PrometheusTextFormatWriter writer =
      PrometheusTextFormatWriter.builder().setIncludeCreatedTimestamps(false).build();

  public MetricsEndpoint(PrometheusRegistry registry, Millrace millrace, IntSupplier tails) {
    this.registry = registry;
    this.millrace = millrace;
    addStores();
    addProcessors();
    GaugeWithCallback.builder()
        .name("millrace_tails")
        .help("Clients that follow a store live.")
        .callback(gauge -> gauge.call(tails.getAsInt()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("jvm_memory_heap_used_bytes")
        .help("Bytes of the heap in use.")
        .callback(gauge ->
            gauge.call((double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed()))
        .register(registry);
  }

  private void addStores() {
    CounterWithCallback.builder()
        .name("millrace_store_head_total")
        .help("Position of the newest event of the store.")
        .labelNames("context")
        .callback(counter -> {
          for (Context context : millrace.contexts()) {
            counter.call((double) millrace.store(context.name()).head(), context.name());
          }
        })
        .register(registry);
  }

  private void addProcessors() {
    processors("millrace_processor_position", "How far it is.", p -> (double) p.position());
    processors(
        "millrace_processor_lag_events", "Positions that it is behind.", p -> (double) p.lag());
    processors("millrace_processor_lag_seconds", "Time that it is behind.", this::secondsBehind);
    processors(
        "millrace_processor_handled_events",
        "Events handled since its start.",
        p -> (double) p.handled());
    GaugeWithCallback.builder()
        .name("millrace_processor_state")
        .help("1 for the state in which it is.")
        .labelNames("context", "processor", "state")
        .callback(gauge -> {
          for (ProcessorStatus one : millrace.processors()) {
            for (ProcessorStatus.State state : ProcessorStatus.State.values()) {
              String name = state.name().toLowerCase(Locale.ROOT);
              gauge.call(one.state() == state ? 1 : 0, one.context(), one.name(), name);
            }
          }
        })
        .register(registry);
  }

  private void processors(String name, String help, ToDoubleFunction<ProcessorStatus> value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames("context", "processor")
        .callback(gauge -> {
          for (ProcessorStatus one : millrace.processors()) {
            gauge.call(value.applyAsDouble(one), one.context(), one.name());
          }
        })
        .register(registry);
  }

  private double secondsBehind(ProcessorStatus processor) {
    return Lag.of(processor, millrace).map(lag -> lag.toMillis() / 1e3).orElse(0.0);
  }

  /** Registers its routes. */
  public void register(Routes routes) {
    routes.get("/metrics", this::metrics);
  }

  private void metrics(ServerRequest request, ServerResponse response) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(16_384);
    try {
      writer.write(text, registry.scrape());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    response.header(HeaderNames.CONTENT_TYPE, writer.getContentType());
    response.send(text.toByteArray());
  }
}
