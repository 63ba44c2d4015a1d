package dev.millrace.node.operation;

import dev.millrace.core.Millrace;
import dev.millrace.core.deadline.DeadlineStatus;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.function.ToDoubleFunction;

/** Metrics of deadlines and schedules. */
final class DeadlineMetrics {
  private final PrometheusRegistry registry;
  private final Millrace millrace;

  DeadlineMetrics(PrometheusRegistry registry, Millrace millrace) {
    this.registry = registry;
    this.millrace = millrace;
  }

  void register() {
    gauge("open", "Deadlines that are set and have not passed.", DeadlineStatus::open);
    gauge("due", "Open deadlines whose time has come.", DeadlineStatus::due);
    gauge(
        "failing",
        "Open deadlines whose command failed and is tried again.",
        DeadlineStatus::failing);
    gauge(
        "late_seconds",
        "How long the deadline that waits longest has been due.",
        status -> status.lateBy().toMillis() / 1e3);
    CounterWithCallback.builder()
        .name("millrace_deadlines_fired_total")
        .help("Commands of deadlines and schedules that were decided since the start.")
        .labelNames("context")
        .callback(counter ->
            millrace
                .deadlines()
                .forEach(status -> counter.call((double) status.fired(), status.context())))
        .register(registry);
  }

  private void gauge(String name, String help, ToDoubleFunction<DeadlineStatus> value) {
    GaugeWithCallback.builder()
        .name("millrace_deadlines_" + name)
        .help(help)
        .labelNames("context")
        .callback(gauge ->
            millrace
                .deadlines()
                .forEach(status -> gauge.call(value.applyAsDouble(status), status.context())))
        .register(registry);
  }
}
