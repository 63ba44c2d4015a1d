/**
 * Circuit breakers of processors: {@link dev.millrace.resilience4j.Resilience4j} makes them of
 * Resilience4j's configurations; the processor's own clock drives them.
 */
@NullMarked
package dev.millrace.resilience4j;

import org.jspecify.annotations.NullMarked;
