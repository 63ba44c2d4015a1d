/**
 * What extends the embedded store: where the master key of an encrypted store is kept.
 *
 * <p>{@link dev.millrace.log.spi.KeyProvider} finds a {@link dev.millrace.log.spi.MasterKey}, as in
 * a key management service; it is found with {@link java.util.ServiceLoader}.
 */
@NullMarked
package dev.millrace.log.spi;

import org.jspecify.annotations.NullMarked;
