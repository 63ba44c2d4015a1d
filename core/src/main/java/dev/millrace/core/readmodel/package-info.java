/**
 * Read models: where projections keep rows, each with the checkpoint in the same transaction.
 *
 * <p>{@link dev.millrace.core.readmodel.JdbcReadModel} keeps them in any database with a JDBC
 * driver, {@link dev.millrace.core.readmodel.MemoryReadModel} in memory; {@link
 * dev.millrace.core.readmodel.ReadModel} is what others implement.
 */
@NullMarked
package dev.millrace.core.readmodel;

import org.jspecify.annotations.NullMarked;
