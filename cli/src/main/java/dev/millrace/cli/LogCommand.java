package dev.millrace.cli;

import picocli.CommandLine.Command;

/** Holds the commands that look at the files of a store. */
@Command(
    name = "log",
    synopsisSubcommandLabel = "COMMAND",
    description = "Check and count the files of an embedded event store.")
final class LogCommand {}
