package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.core.ReactionCheckpoint;
import dev.millrace.core.store.EventStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how reactions go on in a new history of a store. */
@Command(
    name = "reconcile",
    description = {
      "Say how reactions go on after a restore or a salvage.",
      "In a new history nothing tells what a reaction has done: mails that it sent, commands to"
          + " other services. So it does not start until somebody says whether the events that are"
          + " there are handled. Read models need no word here: 'millrace replay' fills them again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace log reconcile --context retail --reaction low-stock --skip",
      "  millrace log reconcile --context retail --reaction loyalty --reset --json"
    })
final class LogReconcileCommand implements Action {
  @Option(
      names = "--context",
      paramLabel = "NAME",
      required = true,
      description = "The context of the reactions.")
  String context = "";

  @Option(
      names = "--reaction",
      paramLabel = "NAME",
      required = true,
      description = "A reaction; may be given several times.")
  List<String> reactions = new ArrayList<>();

  @ArgGroup(multiplicity = "1")
  How how = new How();

  /** One of two. */
  static final class How {
    @Option(
        names = "--skip",
        required = true,
        description = "All events that are there are handled; go on with what comes.")
    boolean skip;

    @Option(
        names = "--reset",
        required = true,
        description =
            "Begin again with the first event. Commands that were accepted are recognized by"
                + " their ids; what left the store is sent again.")
    boolean reset;
  }

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> reconcile(invocation));
  }

  private int reconcile(Invocation invocation) throws IOException {
    try (EventStore store = StoreFolder.open(invocation)) {
      long position = how.skip ? store.head() : 0;
      for (String reaction : reactions) {
        ReactionCheckpoint.save(store, context, reaction, position).join();
      }
      print(invocation, store, position);
    }
    return ExitCode.OK;
  }

  private void print(Invocation invocation, EventStore store, long position) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("store", store.identity());
      result.put("context", context);
      result.put("reactions", reactions);
      result.put("position", position);
      invocation.out().line(Json.line(result));
      return;
    }
    invocation
        .out()
        .line(
            String.join(", ", reactions)
                + (position == 0
                    ? " begins again with the first event"
                    : " goes on after position " + position)
                + ", in history "
                + store.identity().epoch());
  }
}
