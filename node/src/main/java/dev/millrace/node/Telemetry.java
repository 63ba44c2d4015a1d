package dev.millrace.node;

import dev.millrace.core.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sends spans to an OpenTelemetry collector. They wait in a bounded queue, beyond which they are
 * dropped: a slow collector must not slow commands. Give {@link #tracing()} to the runtime.
 */
public final class Telemetry implements AutoCloseable {
  /** Most spans that wait to be sent. */
  static final int MAX_WAITING = 8_192;

  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_SPANS = Duration.ofSeconds(5);

  /** Makes no spans. */
  public static final Telemetry OFF = new Telemetry(Tracing.NONE, () -> {});

  private final Tracing tracing;
  private final Runnable closing;

  private Telemetry(Tracing tracing, Runnable closing) {
    this.tracing = tracing;
    this.closing = closing;
  }

  /**
   * Begins to export by OTLP over HTTP.
   *
   * @param endpoint of traces, as in {@code http://localhost:4318/v1/traces}
   * @param service name that the spans carry
   * @param ratio of the traces that begin here, 0 to 1; those that began elsewhere are as they came
   */
  public static Telemetry exportTo(URI endpoint, String service, double ratio) {
    OtlpHttpSpanExporter exporter =
        OtlpHttpSpanExporter.builder().setEndpoint(endpoint.toString()).build();
    BatchSpanProcessor batches =
        BatchSpanProcessor.builder(exporter)
            .setMaxQueueSize(MAX_WAITING)
            .setScheduleDelay(EVERY)
            .build();
    Attributes name = Attributes.of(AttributeKey.stringKey("service.name"), service);
    SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(Resource.getDefault().merge(Resource.create(name)))
            .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(ratio)))
            .addSpanProcessor(batches)
            .build();
    return new Telemetry(
        Tracing.with(provider),
        () -> provider.shutdown().join(LAST_SPANS.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Makes the spans. */
  public Tracing tracing() {
    return tracing;
  }

  /** Sends what waits, and stops. */
  @Override
  public void close() {
    closing.run();
  }
}
