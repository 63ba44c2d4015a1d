package dev.millrace.cli;

import picocli.CommandLine.Command;

/** The events that processors of a running node could not handle. */
@Command(
    name = "dead-letters",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look at, and deal with, events that a processor of a running node could not handle.",
      "Each blocks what it is about, and nothing else: later events of its key wait."
    })
final class DeadLettersCommand {}
