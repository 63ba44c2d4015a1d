package dev.millrace.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Passes one over. */
@Command(
    name = "discard",
    description = {
      "Pass the event of a dead letter over, and go on with the later events of its key.",
      "The event stays in the store; who discarded it and why is recorded as an event."
    },
    footerHeading = "%nExamples:%n",
    footer = "  millrace dead-letters discard products 0f3c9a1b2d4e5f60 --reason \"a test order\"")
final class DeadLettersDiscardCommand extends DeadLettersOperation {
  @Parameters(paramLabel = "ID", index = "1", description = "Which, as in a list.")
  String id = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for the record.")
  String reason = "";

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.post(
        path() + "/" + NodeClient.encoded(id) + "/discard?reason=" + NodeClient.encoded(reason),
        "",
        actor);
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    printLevel(answer, invocation, id);
  }

  @Override
  boolean isDone(JsonNode answer) {
    return answer.path("level").asBoolean();
  }
}
