package dev.millrace.core.lease;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A lease, as it stands in the table.
 *
 * @param key of what
 * @param epoch how often it was taken, at least; it grows each time and never goes back
 * @param holder a member; null: it is free
 */
public record Lease(LeaseKey key, long epoch, @Nullable UUID holder) {}
