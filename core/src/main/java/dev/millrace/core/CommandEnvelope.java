package dev.millrace.core;

import dev.millrace.core.store.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * What a command is sent with.
 *
 * @param id idempotency key: an accepted command with the same id answers as the first time
 * @param tenant whose data it reads and writes
 * @param actor who asks
 * @param correlationId the id of the flow; null: this command begins one
 * @param causationId the id of what caused it; null: the command's own id
 * @param traceparent W3C trace context
 */
public record CommandEnvelope(
    String id,
    Tenant tenant,
    @Nullable String actor,
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String traceparent) {

  public CommandEnvelope {
    if (id == null || tenant == null) {
      throw new IllegalArgumentException(
          (id == null ? "the id" : "the tenant") + " of a command is null");
    }
  }

  /** For the default tenant. */
  public static CommandEnvelope of(String id) {
    return new CommandEnvelope(id, Tenant.DEFAULT, null, null, null, null);
  }

  /** The same for a tenant. */
  public CommandEnvelope forTenant(Tenant tenant) {
    return new CommandEnvelope(id, tenant, actor, correlationId, causationId, traceparent);
  }

  /** The same with an actor. */
  public CommandEnvelope by(String actor) {
    return new CommandEnvelope(id, tenant, actor, correlationId, causationId, traceparent);
  }

  /** The same within a flow. */
  public CommandEnvelope within(String correlationId, String causationId) {
    return new CommandEnvelope(id, tenant, actor, correlationId, causationId, traceparent);
  }

  /** The same within a trace. */
  public CommandEnvelope tracedBy(@Nullable String traceparent) {
    return new CommandEnvelope(id, tenant, actor, correlationId, causationId, traceparent);
  }
}
