package dev.millrace.cli;

import picocli.CommandLine.Command;

/** What is done to stores in databases. */
@Command(
    name = "store",
    synopsisSubcommandLabel = "COMMAND",
    description = "Look after a store in a database.")
final class StoreCommand {}
