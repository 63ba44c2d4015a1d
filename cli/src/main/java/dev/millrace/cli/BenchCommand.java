package dev.millrace.cli;

import picocli.CommandLine.Command;

/** Holds the measurements. */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "COMMAND",
    description = "Measure on this machine.")
final class BenchCommand {}
