/**
 * Processes that are killed: one that appends to a store and acknowledges over a pipe, and a
 * comparison of what it acknowledged with what is there afterwards.
 */
@NullMarked
package dev.millrace.testkit.process;

import org.jspecify.annotations.NullMarked;
