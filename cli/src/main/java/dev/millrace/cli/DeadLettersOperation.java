package dev.millrace.cli;

import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Something that changes them, and is recorded in the store of the context with who asked. */
abstract class DeadLettersOperation extends DeadLettersAction {
  @Option(
      names = "--actor",
      paramLabel = "NAME",
      description = "Who asks, for the record; default: ${DEFAULT-VALUE}.")
  String actor = System.getProperty("user.name", "cli");

  /** What an answer says of the key. */
  static void printLevel(JsonNode answer, Invocation invocation, String id) {
    invocation
        .out()
        .line(
            answer.path("level").asBoolean()
                ? id + " is level: its key's later events were handled, too"
                : id + " is blocked again; 'list' says where, and by what");
  }
}
