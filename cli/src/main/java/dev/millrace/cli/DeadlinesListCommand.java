package dev.millrace.cli;

import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Lists them. */
@Command(
    name = "list",
    description = "List the open deadlines of a context that are due first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace deadlines list orders",
      "  millrace deadlines list orders --json | jq '.deadlines[] | select(.attempts > 0)'"
    })
final class DeadlinesListCommand extends NodeAction {
  @Parameters(paramLabel = "CONTEXT", index = "0", description = "Whose.")
  String context = "";

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Most of them, up to 10000; default: ${DEFAULT-VALUE}.")
  int limit = 100;

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.get("/api/deadlines/" + NodeClient.encoded(context) + "?limit=" + limit);
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    JsonNode deadlines = answer.path("deadlines");
    if (deadlines.isEmpty()) {
      invocation.out().line(context + " has no open deadlines");
      return;
    }
    Table table = new Table("KEY", "TENANT", "DUE", ">ATTEMPTS", ">POSITION");
    for (JsonNode deadline : deadlines) {
      table.row(
          text(deadline, "key"),
          text(deadline, "tenant"),
          text(deadline, "due"),
          String.valueOf(deadline.path("attempts").asInt()),
          String.valueOf(deadline.path("position").asLong()));
    }
    invocation.print(table.lines(invocation.outInk()));
  }
}
