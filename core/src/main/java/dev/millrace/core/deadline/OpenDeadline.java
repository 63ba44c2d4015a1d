package dev.millrace.core.deadline;

import dev.millrace.core.store.Tenant;
import java.time.Instant;

/**
 * A deadline that is set and has not passed.
 *
 * @param key by which it was set, within the tenant
 * @param position of the event that set it
 * @param due when its time comes, or came
 * @param attempts how often its command was tried in this process, and failed
 * @param inFlight whether its command is being decided
 */
public record OpenDeadline(
    Tenant tenant, String key, long position, Instant due, int attempts, boolean inFlight) {}
