package dev.millrace.core.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is appended together: all of its events or none.
 *
 * @param id the append's id: the same id with the same tenant and events answers as the first time,
 *     with others it is refused
 * @param tenant whose events
 * @param events at least one, at most {@link #MAX_EVENTS}
 * @param condition what must not have happened
 * @param metadata where it came from
 * @param command the command that was decided, or null
 */
public record Append(
    UUID id,
    Tenant tenant,
    List<NewEvent> events,
    AppendCondition condition,
    Metadata metadata,
    @Nullable CommandRecord command) {
  /** Most events of one append. */
  public static final int MAX_EVENTS = 10_000;

  public Append {
    events = List.copyOf(events);
    if (events.isEmpty() || events.size() > MAX_EVENTS) {
      throw new IllegalArgumentException(
          "an append must have 1 to " + MAX_EVENTS + " events, but has " + events.size());
    }
  }

  /** An append for the default tenant, without condition, metadata or command. */
  public static Append of(UUID id, List<NewEvent> events) {
    return new Append(id, Tenant.DEFAULT, events, AppendCondition.NONE, Metadata.NONE, null);
  }

  /** The same with a condition. */
  public Append onlyIf(AppendCondition condition) {
    return new Append(id, tenant, events, condition, metadata, command);
  }

  /** The same for another tenant. */
  public Append forTenant(Tenant tenant) {
    return new Append(id, tenant, events, condition, metadata, command);
  }

  /** The same with metadata. */
  public Append with(Metadata metadata) {
    return new Append(id, tenant, events, condition, metadata, command);
  }

  /** The same with the command that caused it. */
  public Append causedBy(CommandRecord command) {
    return new Append(id, tenant, events, condition, metadata, command);
  }
}
