/**
 * The wiring of the embedded store: real files, and the provider that {@code EventStore.open}
 * finds.
 *
 * <p>The one place of this module where {@code java.nio.channels} is touched.
 */
@NullMarked
package dev.millrace.log.wiring;

import org.jspecify.annotations.NullMarked;
