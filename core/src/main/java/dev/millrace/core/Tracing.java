package dev.millrace.core;

import dev.millrace.core.store.RecordedEvent;
import dev.millrace.core.store.SyncedAppend;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The spans of the platform: their names and attributes stand here and nowhere else, because the
 * conventions for them still change. A trace goes on in the event: its {@code traceparent} is that
 * of the append, so that a processor's effect belongs to the trace in whatever process it happens.
 */
public final class Tracing {
  /** Makes no spans; trace contexts are passed on as they came. */
  public static final Tracing NONE = new Tracing(TracerProvider.noop(), false);

  /** Most spans of one batch of a processor; the events of further traces get none. */
  static final int MAX_SPANS = 64;

  private static final String SCOPE = "dev.millrace";
  private static final String HEADER = "traceparent";

  private final Tracer tracer;
  private final boolean on;

  private Tracing(TracerProvider provider, boolean on) {
    this.tracer = provider.get(SCOPE);
    this.on = on;
  }

  /** Makes spans. */
  public static Tracing with(TracerProvider provider) {
    return new Tracing(provider, true);
  }

  /** Whether spans are made at all. */
  public boolean isOn() {
    return on;
  }

  /** A span of the edge, as of a request; its caller ends it. */
  public SpanBuilder span(String name, @Nullable String traceparent) {
    return tracer.spanBuilder(name).setParent(contextOf(traceparent));
  }

  /** From reading the views to the decision. */
  Span decide(String context, String command, int attempt, @Nullable String traceparent) {
    if (!on) {
      return Span.getInvalid();
    }
    return span("decide " + command, traceparent)
        .setAttribute("millrace.context", context)
        .setAttribute("millrace.command", command)
        .setAttribute("millrace.attempt", attempt)
        .startSpan();
  }

  /** From handing the events to the store until they are durable, or refused. */
  Span append(String context, int events, Span decide) {
    if (!on) {
      return Span.getInvalid();
    }
    return tracer
        .spanBuilder("append")
        .setParent(Context.root().with(decide))
        .setAttribute("millrace.context", context)
        .setAttribute("millrace.events", events)
        .startSpan();
  }

  /** The append was answered: its sync, where the store tells it, and its own end. */
  void endAppend(Span append, CompletableFuture<?> answered, @Nullable Throwable failure) {
    if (!on) {
      return;
    }
    SyncedAppend.Sync sync = answered instanceof SyncedAppend synced ? synced.sync() : null;
    if (sync != null) {
      tracer
          .spanBuilder("sync")
          .setParent(Context.root().with(append))
          .setStartTimestamp(sync.began())
          .startSpan()
          .end(sync.ended());
    }
    end(append, failure);
  }

  /** A batch of a processor: one span for each trace that has events in it. */
  Handling handling(ProcessorDriver processor, List<RecordedEvent> events) {
    Map<String, Span> spans = new LinkedHashMap<>();
    if (on) {
      for (RecordedEvent event : events) {
        String traceparent = event.metadata().traceparent();
        if (traceparent != null && spans.size() < MAX_SPANS && !spans.containsKey(traceparent)) {
          begin(processor, event, traceparent, spans);
        }
      }
    }
    return new Handling(spans);
  }

  private void begin(
      ProcessorDriver processor, RecordedEvent event, String traceparent, Map<String, Span> spans) {
    Context parent = contextOf(traceparent);
    if (Span.fromContext(parent).getSpanContext().isSampled()) {
      String kind = processor.kind().name().toLowerCase(java.util.Locale.ROOT);
      spans.put(
          traceparent,
          tracer
              .spanBuilder(kind + " " + processor.name())
              .setParent(parent)
              .setAttribute("millrace.processor", processor.name())
              .setAttribute("millrace.position", event.position())
              .startSpan());
    }
  }

  /** The spans of a batch that is being handled, by the trace context of their events. */
  record Handling(Map<String, Span> spans) {
    /** The trace context for what is done with an event: that of its span, if it has one. */
    @Nullable String traceparent(RecordedEvent event) {
      String traceparent = event.metadata().traceparent();
      Span span = traceparent == null ? null : spans.get(traceparent);
      return span == null ? traceparent : Tracing.traceparent(span);
    }

    /** The batch ended. */
    void end(@Nullable Throwable failure) {
      spans.values().forEach(span -> Tracing.end(span, failure));
    }
  }

  /** Ends a span, well or with a failure. */
  public static void end(Span span, @Nullable Throwable failure) {
    if (failure != null) {
      span.recordException(failure);
      span.setStatus(StatusCode.ERROR, String.valueOf(failure.getMessage()));
    }
    span.end();
  }

  /** The W3C trace context of a span; null when it has none. */
  public static @Nullable String traceparent(Span span) {
    SpanContext context = span.getSpanContext();
    if (!context.isValid()) {
      return null;
    }
    Map<String, String> headers = new HashMap<>();
    W3CTraceContextPropagator.getInstance()
        .inject(Context.root().with(span), headers, (to, name, value) -> put(to, name, value));
    return headers.get(HEADER);
  }

  private static void put(@Nullable Map<String, String> to, String name, String value) {
    if (to != null) {
      to.put(name, value);
    }
  }

  private static Context contextOf(@Nullable String traceparent) {
    return traceparent == null
        ? Context.root()
        : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceparent, GETTER);
  }

  private static final TextMapGetter<String> GETTER =
      new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(String traceparent) {
          return List.of(HEADER);
        }

        @Override
        public @Nullable String get(@Nullable String traceparent, String key) {
          return key.equals(HEADER) ? traceparent : null;
        }
      };
}
