package dev.millrace.cli;

import picocli.CommandLine.Command;

/** Holds the commands that work on the files of a store. */
@Command(
    name = "log",
    synopsisSubcommandLabel = "COMMAND",
    description =
        "Check, count, back up, salvage and encrypt an embedded event store; move its events.")
final class LogCommand {}
