/**
 * Words of processing: what is kept in order, how often something is tried, and what becomes of an
 * event that cannot be handled.
 *
 * <p>The machinery that drives processors is package-private in {@code dev.millrace.core}; {@code
 * docs/decisions/0020-processors.md} draws it.
 */
@NullMarked
package dev.millrace.core.processing;

import org.jspecify.annotations.NullMarked;
