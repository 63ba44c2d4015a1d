package dev.millrace.cli;

import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows one with its event. */
@Command(
    name = "show",
    description = "Show a dead letter with its event, its cause, and how many later events wait.",
    footerHeading = "%nExamples:%n",
    footer = "  millrace dead-letters show products 0f3c9a1b2d4e5f60")
final class DeadLettersShowCommand extends DeadLettersAction {
  @Parameters(paramLabel = "ID", index = "1", description = "Which, as in a list.")
  String id = "";

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.get(path() + "/" + NodeClient.encoded(id));
  }

  @Override
  void print(JsonNode letter, Invocation invocation) {
    line(invocation, "key", text(letter, "key"));
    line(
        invocation,
        "event",
        letter.path("position").asLong()
            + " "
            + text(letter, "type")
            + " "
            + text(letter, "eventId"));
    line(invocation, "data", letter.path("event").path("data").toString());
    if (letter.has("edit")) {
      line(invocation, "edited to", letter.path("edit").toString());
    }
    if (letter.has("unreadable")) {
      line(invocation, "unreadable", text(letter, "unreadable"));
    }
    JsonNode cause = letter.path("cause");
    line(invocation, "cause", text(cause, "exception") + ": " + text(cause, "message"));
    line(invocation, "fingerprint", text(cause, "fingerprint"));
    line(
        invocation,
        "attempts",
        letter.path("attempts").asInt()
            + ", from "
            + text(letter, "firstFailed")
            + " to "
            + text(letter, "lastFailed"));
    line(invocation, "waiting", letter.path("waiting").asInt() + " later events of the key");
  }

  private static void line(Invocation invocation, String name, String value) {
    invocation.out().line(String.format("%-12s %s", name, value));
  }
}
