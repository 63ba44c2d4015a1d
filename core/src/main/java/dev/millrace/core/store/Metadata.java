package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * Where an append came from; set by the platform, not by hand.
 *
 * @param correlationId the id of the first command of the flow
 * @param causationId the id of what caused this append: a command's or an event's
 * @param traceparent W3C trace context, version 00
 * @param actor who asked
 */
public record Metadata(
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String traceparent,
    @Nullable String actor) {
  /** Nothing known. */
  public static final Metadata NONE = new Metadata(null, null, null, null);
}
