/**
 * What the user sees: standard output and error, whether each is a terminal, and the few means to
 * write on one: colours, tables, a status line and a screen that is redrawn in place.
 *
 * <p>A write that fails is never passed over: {@link java.io.PrintStream} would do so, and a report
 * into a full disk would look like a success.
 */
@NullMarked
package dev.millrace.cli.terminal;

import org.jspecify.annotations.NullMarked;
