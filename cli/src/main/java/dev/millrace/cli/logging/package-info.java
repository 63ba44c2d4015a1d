/** Logs to standard error: for people on a terminal, else one JSON object a line for programs. */
@NullMarked
package dev.millrace.cli.logging;

import org.jspecify.annotations.NullMarked;
