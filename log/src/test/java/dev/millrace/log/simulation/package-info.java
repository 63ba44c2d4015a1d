/**
 * The whole runtime on the log engine, driven from seeds: commands, projections, reactions,
 * crashes.
 */
@NullMarked
package dev.millrace.log.simulation;

import org.jspecify.annotations.NullMarked;
