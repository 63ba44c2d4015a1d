/**
 * How several processes share the work on a store: {@link dev.millrace.core.lease.Leases} is the
 * table that a store which they share keeps for them.
 */
@NullMarked
package dev.millrace.core.lease;

import org.jspecify.annotations.NullMarked;
