/**
 * What extends the embedded store.
 *
 * <p>{@link dev.millrace.log.spi.KeyProvider} finds a {@link dev.millrace.log.spi.MasterKey}, as in
 * a key management service; {@link dev.millrace.log.spi.ArchiveProvider} opens an {@link
 * dev.millrace.log.spi.Archive}, which keeps segments that a store no longer has on its own disk.
 * Both are found with {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.millrace.log.spi;

import org.jspecify.annotations.NullMarked;
