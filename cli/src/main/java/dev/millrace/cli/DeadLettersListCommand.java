package dev.millrace.cli;

import dev.millrace.cli.terminal.Ink;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** Lists them. */
@Command(
    name = "list",
    description = "List the dead letters of a processor.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace dead-letters list products",
      "  millrace dead-letters list products --json | jq '.deadLetters[].id'"
    })
final class DeadLettersListCommand extends DeadLettersAction {
  private static final int WIDEST_CAUSE = 60;

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    return node.get(path());
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    JsonNode letters = answer.path("deadLetters");
    if (letters.isEmpty()) {
      invocation.out().line(processor + " has no dead letters");
      return;
    }
    Table table = new Table("ID", "KEY", ">POSITION", "TYPE", ">ATTEMPTS", "LAST FAILED", "CAUSE");
    for (JsonNode letter : letters) {
      String state =
          letter.path("redriving").asBoolean() ? " (is being tried again)" : edited(letter);
      table.row(
          text(letter, "id"),
          text(letter, "key"),
          String.valueOf(letter.path("position").asLong()),
          text(letter, "type"),
          String.valueOf(letter.path("attempts").asInt()),
          text(letter, "lastFailed"),
          Ink.cut(cause(letter.path("cause")), WIDEST_CAUSE) + state);
    }
    invocation.print(table.lines(invocation.outInk()));
  }

  private static String edited(JsonNode letter) {
    return letter.path("edited").asBoolean() ? " (edited)" : "";
  }
}
