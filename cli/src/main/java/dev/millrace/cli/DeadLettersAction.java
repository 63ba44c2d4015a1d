package dev.millrace.cli;

import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** What is done with the dead letters of a processor, at a node that runs. */
abstract class DeadLettersAction extends NodeAction {
  @Parameters(paramLabel = "PROCESSOR", index = "0", description = "Whose.")
  String processor = "";

  String path() {
    return "/api/processors/" + NodeClient.encoded(processor) + "/dead-letters";
  }

  /** A failure in one line. */
  static String cause(JsonNode cause) {
    String exception = text(cause, "exception");
    return exception.substring(exception.lastIndexOf('.') + 1)
        + ": "
        + text(cause, "message").lines().findFirst().orElse("");
  }
}
