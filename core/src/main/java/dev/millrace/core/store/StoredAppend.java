package dev.millrace.core.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a store knows of an append.
 *
 * @param id the append's id
 * @param first position of its first event
 * @param last position of its last event
 * @param time when it was recorded
 * @param metadata where it came from
 * @param command the command that caused it, or null
 */
public record StoredAppend(
    UUID id,
    long first,
    long last,
    Instant time,
    Metadata metadata,
    @Nullable CommandRecord command) {}
