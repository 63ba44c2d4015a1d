/**
 * The event store on PostgreSQL, for several processes and rolling deploys.
 *
 * <p>{@code EventStore.open("postgresql://user:password@host/database")} is all that most users
 * need; {@link dev.millrace.postgresql.PostgresqlOptions} lists what may follow. {@link
 * dev.millrace.postgresql.PostgresqlEventStore} opens a store with other seams, and says how the
 * history goes on after a restore. How it works stands in {@code dev.millrace.postgresql.internal}
 * and in {@code docs/decisions/0019-postgresql.md}.
 */
@NullMarked
package dev.millrace.postgresql;

import org.jspecify.annotations.NullMarked;
