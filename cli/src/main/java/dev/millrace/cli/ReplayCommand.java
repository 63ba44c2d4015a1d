package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.ProcessorStatus;
import dev.millrace.core.ProcessorStatus.Kind;
import dev.millrace.retail.RetailApplication;
import dev.millrace.retail.RetailApplication.Replayed;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Fills the read models again. */
@Command(
    name = "replay",
    description = {
      "Empty all read models and fill them again from the first event.",
      "Events are only read. If it is stopped, the next command on the folder goes on.",
      "Read models of another history, as after a restore, are made anew by this.",
      "",
      "With --rehearse nothing is emptied or filled: the history runs through the shop with one"
          + " rule changed, beside the shop as it is, and what the two do differently is listed."
          + " Commands are decided on the states of then and go nowhere; rows go into databases in"
          + " memory. The store must not be in use: stop what runs, or restore a backup and"
          + " rehearse on that. Ends with 0 when nothing differs, else with 1."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace replay",
      "  millrace replay --data shop --json",
      "  millrace replay --rehearse",
      "  millrace replay --rehearse --change bulk-price --report changes.jsonl"
    })
final class ReplayCommand implements Action {
  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Option(names = "--rehearse", description = "Change nothing, list what would change.")
  boolean rehearse;

  @Option(
      names = "--change",
      paramLabel = "NAME",
      completionCandidates = Rehearsing.Changes.class,
      description = "The changed rule to rehearse: ${COMPLETION-CANDIDATES}; default: none.")
  @Nullable String change;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "A new file for all differences, one JSON object a line.")
  @Nullable String report;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.STORE, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (rehearse) {
      Rehearsing rehearsing = new Rehearsing(invocation, Rehearsing.changeNamed(change), report);
      return LogWork.run(invocation, json, () -> rehearsing.run(json));
    }
    if (change != null || report != null) {
      throw new UsageException((change == null ? "--report" : "--change") + ": needs --rehearse");
    }
    StoreFolder.requireIfInFolder(invocation);
    try (RetailApplication application = ShopFolder.openToReplay(invocation);
        Progress progress = new Progress(invocation, "events", System::nanoTime)) {
      List<String> readModels =
          application.millrace().processors().stream()
              .filter(processor -> processor.kind() == Kind.PROJECTION)
              .map(ProcessorStatus::name)
              .toList();
      Replayed replayed =
          application.replay(processors -> show(processors, progress, invocation.stop()));
      progress.close();
      if (json) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("readModels", readModels);
        result.put("events", replayed.events());
        result.put("seconds", replayed.seconds());
        result.put("eventsPerSecond", replayed.eventsPerSecond());
        invocation.out().line(Json.line(result));
      } else {
        invocation
            .out()
            .line(
                String.format(
                    Locale.ROOT,
                    "%s into %s (%s) in %.2f s: %s",
                    Numbers.count(replayed.events(), "event", "events"),
                    Numbers.count(readModels.size(), "read model", "read models"),
                    String.join(", ", readModels),
                    replayed.seconds(),
                    Numbers.rate(replayed.eventsPerSecond())));
      }
    }
    return ExitCode.OK;
  }

  /** The slowest says how far it is. */
  private static void show(List<ProcessorStatus> processors, Progress progress, StopSignal stop) {
    if (stop.requested()) {
      throw new FailureException(
          "stopped before the read models were level; the next command on this folder goes on");
    }
    long head = 0;
    long slowest = Long.MAX_VALUE;
    for (ProcessorStatus processor : processors) {
      if (processor.kind() == Kind.PROJECTION) {
        head = Math.max(head, processor.head());
        slowest = Math.min(slowest, processor.position());
      }
    }
    if (head > 0 && slowest <= head) {
      progress.at("replaying", slowest, OptionalDouble.of((double) slowest / head));
    }
  }
}
