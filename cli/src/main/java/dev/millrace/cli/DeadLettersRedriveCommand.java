package dev.millrace.cli;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Tries them again. */
@Command(
    name = "redrive",
    description = {
      "Try a dead letter again, and then the later events of its key, in order.",
      "Of one, it waits until the key is level or blocked again (then the exit code is 1);"
          + " several go on in the node, one after the other."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace dead-letters redrive products 0f3c9a1b2d4e5f60",
      "  millrace dead-letters redrive products --cause 3f1a… --per-second 5",
      "  millrace dead-letters redrive products --all"
    })
final class DeadLettersRedriveCommand extends DeadLettersOperation {
  @Parameters(paramLabel = "ID", index = "1", arity = "0..1", description = "Which, as in a list.")
  @Nullable String id;

  @Option(names = "--cause", paramLabel = "FINGERPRINT", description = "All of one cause.")
  @Nullable String cause;

  @Option(names = "--all", description = "All.")
  boolean all;

  @Option(
      names = "--per-second",
      paramLabel = "N",
      description = "Of several: most keys a second, 1 to 10000; default: ${DEFAULT-VALUE}.")
  int perSecond = 10;

  @Override
  NodeClient.Answer ask(NodeClient node, Invocation invocation) throws IOException {
    int named = (id == null ? 0 : 1) + (cause == null ? 0 : 1) + (all ? 1 : 0);
    if (named != 1) {
      throw new UsageException("name one dead letter by its ID, or --cause FINGERPRINT, or --all");
    }
    if (id != null) {
      return node.post(path() + "/" + NodeClient.encoded(id) + "/redrive", "", actor);
    }
    String ofCause = cause == null ? "" : "&cause=" + NodeClient.encoded(cause);
    return node.post(path() + "/redrive?perSecond=" + perSecond + ofCause, "", actor);
  }

  @Override
  void print(JsonNode answer, Invocation invocation) {
    if (id != null) {
      printLevel(answer, invocation, id);
    } else {
      invocation.out().line(answer.path("redriving").asInt() + " are being tried again");
    }
  }

  @Override
  boolean isDone(JsonNode answer) {
    return id == null || answer.path("level").asBoolean();
  }
}
