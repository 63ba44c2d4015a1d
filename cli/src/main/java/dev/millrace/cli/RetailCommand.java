package dev.millrace.cli;

import picocli.CommandLine.Command;

/** Holds the commands of the retail example. */
@Command(
    name = "retail",
    synopsisSubcommandLabel = "COMMAND",
    description = "A shop: import its invoices, report its revenue.")
final class RetailCommand {}
