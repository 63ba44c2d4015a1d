package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.cli.terminal.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** Shows and operates the versions of a projection in a node that runs. */
@Command(
    name = "versions",
    description = {
      "Show which versions of a projection's rows there are in a node that runs, how far a new one",
      "is, and how long it still needs; or let another one answer."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace versions revenue-by-day",
      "  millrace versions revenue-by-day --rollback",
      "  millrace versions revenue-by-day --drop 1 --url http://shop:8080"
    })
final class VersionsCommand implements Action {
  @Parameters(paramLabel = "PROJECTION", description = "Its name.")
  String projection = "";

  @ArgGroup @Nullable Operation operation;

  /** What to do; one at a time. */
  static final class Operation {
    @Option(names = "--rollback", description = "Let the version before the live one answer again.")
    boolean rollback;

    @Option(
        names = "--make-live",
        paramLabel = "N",
        description = "Let this version answer; it must not be behind.")
    int makeLive;

    @Option(names = "--drop", paramLabel = "N", description = "Remove a version with its tables.")
    int drop;

    String path() {
      return rollback
          ? "/rollback"
          : makeLive != 0 ? "/" + makeLive + "/make-live" : "/" + drop + "/drop";
    }
  }

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Where the node is; default: ${DEFAULT-VALUE}.")
  String url = "http://127.0.0.1:8080";

  @Option(names = "--json", description = "The node's answer as it is.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    NodeClient node = new NodeClient(url);
    String path = "/api/processors/" + NodeClient.encoded(projection) + "/versions";
    Operation asked = operation;
    NodeClient.Answer answer =
        asked == null ? node.get(path) : node.post(path + asked.path(), "", "millrace versions");
    if (json) {
      invocation.out().line(answer.text().strip());
      return ExitCode.OK;
    }
    Table table =
        new Table("VERSION", "STATE", ">POSITION", ">PASSED", ">RATE", ">LEFT", ">DEAD LETTERS");
    answer.json().path("versions").forEach(version -> row(table, version));
    invocation.print(table.lines(invocation.outInk()));
    return ExitCode.OK;
  }

  private static void row(Table table, JsonNode version) {
    JsonNode catchUp = version.path("catchUp");
    boolean isKept = version.path("keptUpToDate").asBoolean();
    table.row(
        String.valueOf(version.path("version").asInt()),
        version.path("state").asString("") + (isKept ? "" : ", not kept up to date"),
        Numbers.whole(version.path("position").asLong()),
        isKept ? String.format(Locale.ROOT, "%.1f%%", catchUp.path("percent").asDouble()) : "",
        isKept ? Numbers.rate(catchUp.path("eventsPerSecond").asDouble()) : "",
        catchUp.has("secondsLeft")
            ? String.format(Locale.ROOT, "%.0f s", catchUp.path("secondsLeft").asDouble())
            : "",
        isKept ? String.valueOf(version.path("deadLetters").asInt()) : "");
  }
}
