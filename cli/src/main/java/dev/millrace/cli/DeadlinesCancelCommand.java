package dev.millrace.cli;

import dev.millrace.core.store.Tenant;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Takes one back. */
@Command(
    name = "cancel",
    description = {
      "Take an open deadline back; who did so is recorded as an event.",
      "A command that is already on its way may still be decided."
    },
    footerHeading = "%nExamples:%n",
    footer = "  millrace deadlines cancel orders payment/o-1")
final class DeadlinesCancelCommand extends NodeAction {
  @Parameters(paramLabel = "CONTEXT", index = "0", description = "Whose.")
  String context = "";

  @Parameters(paramLabel = "KEY", index = "1", description = "Which, as in a list.")
  String key = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Whose data; default: ${DEFAULT-VALUE}.")
  String tenant = Tenant.DEFAULT.name();

  @Option(
      names = "--actor",
      paramLabel = "NAME",
      description = "Who asks, for the record; default: ${DEFAULT-VALUE}.")
  String actor = System.getProperty("user.name", "cli");

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.post(
        "/api/deadlines/" + NodeClient.encoded(context) + "/cancel?key=" + NodeClient.encoded(key),
        "",
        actor,
        tenant);
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    invocation.out().line("deadline " + text(answer, "cancelled") + " is open no more");
  }
}
