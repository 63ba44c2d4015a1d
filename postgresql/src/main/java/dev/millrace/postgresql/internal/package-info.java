/**
 * How the store works.
 *
 * <p>Appends wait in an {@link dev.millrace.postgresql.internal.AppendQueue}. One {@code Scheduler}
 * call at a time ({@link dev.millrace.postgresql.internal.Appender}) takes what waits, as a group,
 * and runs one transaction for it ({@link dev.millrace.postgresql.internal.GroupTransaction}): it
 * takes the store's lock, fetches what the group must know, decides without touching the database
 * ({@link dev.millrace.postgresql.internal.GroupDecision}), inserts, and commits. {@link
 * dev.millrace.postgresql.internal.Heads} tells subscribers of this process at once, and those of
 * others by {@code NOTIFY} and by polling. Reads ({@link dev.millrace.postgresql.internal.Reads})
 * turn a query into ranges of indexes.
 */
@NullMarked
package dev.millrace.postgresql.internal;

import org.jspecify.annotations.NullMarked;
