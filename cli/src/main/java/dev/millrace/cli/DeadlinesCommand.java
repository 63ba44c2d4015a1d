package dev.millrace.cli;

import picocli.CommandLine.Command;

/** The open deadlines of a running node. */
@Command(
    name = "deadlines",
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Look at the open deadlines of a running node, and take one back.",
      "One whose command fails is tried again for ever; it is taken back here."
    })
final class DeadlinesCommand {}
