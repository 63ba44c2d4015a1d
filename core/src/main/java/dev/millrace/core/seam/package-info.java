/**
 * The seams: clock, chance, scheduler and disk, as small interfaces that everything above is given.
 *
 * <p>Nothing in Millrace calls the operating system directly. Production passes {@code
 * dev.millrace.core.wiring.SystemSeams}; the test kit passes implementations that are driven from
 * one seed, so that every interleaving, crash and delay can be produced again. This package depends
 * on nothing else of Millrace.
 */
@NullMarked
package dev.millrace.core.seam;

import org.jspecify.annotations.NullMarked;
