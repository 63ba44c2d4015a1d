package dev.millrace.cli;

import picocli.CommandLine.Command;

/** The root: holds the others. */
@Command(
    name = "millrace",
    synopsisSubcommandLabel = "COMMAND",
    description = "An event-driven application platform for Java.%n",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; also when a demo or a tail is stopped by Ctrl-C or SIGTERM, and when the reader of a pipe has gone",
      "1:failed, or what was checked is damaged",
      "2:wrong usage: unknown command, option or setting, or a wrong value"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace demo                          a shop with seeded traffic, live",
      "  millrace retail import 2010-12.csv.gz  real orders into ./millrace-data",
      "  millrace retail report                 revenue, orders, products of it",
      "  millrace read --limit 5                its first five events",
      "  millrace log verify                    is every byte as it was written?",
      "",
      "Settings come from flags, MILLRACE_… variables and millrace.properties, in this",
      "order; 'millrace config' shows them."
    })
final class MillraceCommand {}
