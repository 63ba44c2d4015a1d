package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves a store to another engine. */
@Command(
    name = "migrate",
    description = {
      "Move a store to another place or engine: its events keep their positions, times and ids.",
      "A database may be in use meanwhile. At the end the source takes no more events, everything"
          + " is compared, and appends to the source are told where it went. Stopped at any moment,"
          + " the same command goes on where it was. Read models stay where they are, and go on."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace migrate --from log:data --to postgresql://postgres@localhost/shop",
      "  millrace migrate --from postgresql://postgres@localhost/shop --to log:data-2 --json"
    })
final class MigrateCommand implements Action {
  private static final String LOG = "log:";

  @Option(
      names = "--from",
      paramLabel = "URL",
      required = true,
      description = "The store, as in log:data.")
  String from = "";

  @Option(
      names = "--to",
      paramLabel = "URL",
      required = true,
      description = "Where it goes: a new folder or schema, or one that was begun.")
  String to = "";

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    return LogWork.run(invocation, json, () -> migrate(invocation));
  }

  private int migrate(Invocation invocation) {
    StoreMigration.Result result;
    try (Progress progress = new Progress(invocation, "events", System::nanoTime);
        EventStore source = EventStore.open(source(invocation))) {
      result =
          StoreMigration.run(
              source,
              resolved(invocation, to),
              (work, position, head) -> {
                if (invocation.stop().requested()) {
                  throw new CancellationException();
                }
                progress.at(
                    work == StoreMigration.Work.COPYING ? "copying" : "verifying",
                    position,
                    OptionalDouble.of((double) position / head));
              });
    } catch (CancellationException e) {
      throw new FailureException("stopped; the same command goes on where it was", e);
    }
    if (json) {
      invocation.out().line(Json.line(json(result)));
    } else {
      invocation.out().line(text(result));
    }
    return ExitCode.OK;
  }

  /** Opening would make a folder that is not there. */
  private String source(Invocation invocation) {
    String url = resolved(invocation, from);
    if (url.startsWith(LOG)
        && !Files.isDirectory(invocation.path(from.substring(LOG.length()).split("\\?", 2)[0]))) {
      throw new FailureException("there is no store in " + from.substring(LOG.length()));
    }
    return url;
  }

  private static String resolved(Invocation invocation, String url) {
    if (!url.startsWith(LOG)) {
      return url;
    }
    String[] parts = url.substring(LOG.length()).split("\\?", 2);
    String folder = LOG + invocation.path(parts[0]);
    return parts.length == 1 ? folder : folder + "?" + parts[1];
  }

  private static String text(StoreMigration.Result result) {
    return "store "
        + result.store().id()
        + " is now at "
        + result.to()
        + "  up to position "
        + Numbers.whole(result.head())
        + "; copied "
        + Numbers.count(result.copiedEvents(), "event", "events")
        + " and "
        + Numbers.count(result.snapshots(), "snapshot", "snapshots")
        + ", all of it compared";
  }

  private static Map<String, Object> json(StoreMigration.Result result) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("ok", true);
    json.put("store", result.store());
    json.put("to", result.to());
    json.put("head", result.head());
    json.put("copiedEvents", result.copiedEvents());
    json.put("snapshots", result.snapshots());
    return json;
  }
}
