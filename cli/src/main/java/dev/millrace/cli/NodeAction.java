package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** Something that a node that runs is asked. */
abstract class NodeAction implements Action {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the node is; default: ${DEFAULT-VALUE}.")
  String url = "http://127.0.0.1:8080";

  @Option(names = "--json", description = "The node's answer as it is.")
  boolean json;

  @Override
  public final List<Setting> settings() {
    return List.of();
  }

  @Override
  public final int run(Invocation invocation) throws IOException {
    NodeClient.Answer answer = ask(new NodeClient(url), invocation);
    if (json) {
      invocation.out().line(answer.text().strip());
    } else {
      print(answer.json(), invocation);
    }
    return isDone(answer.json()) ? ExitCode.OK : ExitCode.FAILURE;
  }

  abstract NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException;

  abstract void print(JsonNode answer, Invocation invocation);

  /** Whether what was asked for was done. */
  boolean isDone(JsonNode answer) {
    return true;
  }

  static String text(JsonNode object, String member) {
    return object.path(member).asString("");
  }
}
