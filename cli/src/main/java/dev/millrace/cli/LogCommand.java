package dev.millrace.cli;

import picocli.CommandLine.Command;

/** Holds the commands that work on the files of a store. */
@Command(
    name = "log",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Check, count, copy and repair the files of an embedded event store,",
      "and exchange its events."
    })
final class LogCommand {}
