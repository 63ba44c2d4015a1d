package dev.millrace.cli;

import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Groups them by what caused them. */
@Command(
    name = "groups",
    description = "Group the dead letters of a processor by their cause, the largest group first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace dead-letters groups products",
      "  millrace dead-letters redrive products --cause 3f1a… --per-second 5"
    })
final class DeadLettersGroupsCommand extends DeadLettersAction {
  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.get(path());
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    JsonNode causes = answer.path("causes");
    if (causes.isEmpty()) {
      invocation.out().line(processor + " has no dead letters");
      return;
    }
    Table table = new Table(">KEYS", "FINGERPRINT", "CAUSE");
    for (JsonNode group : causes) {
      table.row(
          String.valueOf(group.path("count").asInt()), text(group, "fingerprint"), cause(group));
    }
    invocation.print(table.lines(invocation.outInk()));
  }
}
