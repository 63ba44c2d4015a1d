/**
 * The wiring: the one place in core where the real clock, chance and threads are touched.
 *
 * <p>It implements {@link dev.millrace.core.seam} for production and is passed in from the edge.
 */
@NullMarked
package dev.millrace.core.wiring;

import org.jspecify.annotations.NullMarked;
