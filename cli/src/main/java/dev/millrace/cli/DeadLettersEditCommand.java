package dev.millrace.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Corrects the payload of one. */
@Command(
    name = "edit",
    description = {
      "Give a dead letter another payload, which is handled instead of the event's data when"
          + " it is tried again.",
      "It must be readable as this type of event, with the same tags. The event stays as it"
          + " was stored; the payload is recorded as an event."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace dead-letters edit products 0f3c9a1b2d4e5f60 --payload corrected.json",
      "  millrace dead-letters redrive products 0f3c9a1b2d4e5f60"
    })
final class DeadLettersEditCommand extends DeadLettersOperation {
  @Parameters(paramLabel = "ID", index = "1", description = "Which, as in a list.")
  String id = "";

  @Option(
      names = "--payload",
      paramLabel = "FILE",
      required = true,
      description = "The event as JSON, in its current version.")
  String payload = "";

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    String corrected = Files.readString(invocation.path(payload), StandardCharsets.UTF_8);
    return node.post(path() + "/" + NodeClient.encoded(id) + "/edit", corrected, actor);
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    invocation.out().line(id + " has another payload; redrive it");
  }
}
