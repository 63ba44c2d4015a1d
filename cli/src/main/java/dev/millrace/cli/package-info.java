/**
 * The {@code millrace} command: a demonstration, the retail example, and tools to look into a
 * store, check it and measure it.
 *
 * <p>{@link dev.millrace.cli.Main} wires the process; {@link dev.millrace.cli.Cli} finds the
 * command, reads the configuration and turns whatever goes wrong into one clear line and an exit
 * code; each command is an {@link dev.millrace.cli.Action}. Results go to standard output,
 * everything else to standard error, so that {@code --json} can be read by a program.
 */
@NullMarked
package dev.millrace.cli;

import org.jspecify.annotations.NullMarked;
