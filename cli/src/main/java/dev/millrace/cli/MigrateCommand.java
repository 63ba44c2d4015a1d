package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.store.StoreMigration;
import dev.millrace.core.wiring.SystemSeams;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Moves a store to another engine. */
@Command(
    name = "migrate",
    description = {
      "Move a store to another place or engine: its events keep their positions, times and ids.",
      "A database may be in use meanwhile. At the end the source takes no more events, everything"
          + " is compared, and appends to the source are told where it went. Stopped at any moment,"
          + " the same command goes on where it was. Read models stay where they are, and go on.",
      "A migration that was killed in its last part leaves the source stopped: run it again, or have"
          + " the source take events again with --abandon."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace migrate --from log:data --to postgresql://postgres@localhost/shop",
      "  millrace migrate --from postgresql://postgres@localhost/shop --to log:data-2 --json",
      "  millrace migrate --from log:data --to postgresql://postgres@localhost/shop --abandon"
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
      description = "Where it goes: a new folder or schema, or one that was begun.")
  @Nullable String to;

  @Option(
      names = "--abandon",
      description = "Have the source take events again, if the migration was not finished.")
  boolean abandon;

  @Option(
      names = "--target-lost",
      description =
          "With --abandon, when the target is gone for good and cannot be asked whether it was"
              + " finished: if it was and comes back, both take events.")
  boolean targetLost;

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    if (targetLost && !abandon) {
      throw new UsageException("--target-lost goes with --abandon");
    }
    if (targetLost) {
      return LogWork.run(invocation, json, () -> abandonLost(invocation));
    }
    if (to == null) {
      throw new UsageException("--to is missing: name where the store goes");
    }
    String target = resolved(invocation, to);
    return LogWork.run(
        invocation,
        json,
        () -> abandon ? abandon(invocation, target) : migrate(invocation, target));
  }

  private int abandon(Invocation invocation, String target) {
    try (EventStore source = EventStore.open(source(invocation))) {
      boolean stopped = StoreMigration.abandon(source, target, SystemSeams.shared());
      return abandoned(invocation, source.identity(), stopped);
    }
  }

  private int abandonLost(Invocation invocation) {
    try (EventStore source = EventStore.open(source(invocation))) {
      boolean stopped = StoreMigration.abandonLost(source).isPresent();
      return abandoned(invocation, source.identity(), stopped);
    }
  }

  private int abandoned(Invocation invocation, StoreIdentity store, boolean stopped) {
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("store", store);
      result.put("wasStopped", stopped);
      invocation.out().line(Json.line(result));
    } else {
      invocation
          .out()
          .line(
              "store "
                  + store.id()
                  + (stopped
                      ? " takes events again; the target is never opened: delete it"
                      : " was not stopped, and takes events"));
    }
    return ExitCode.OK;
  }

  private int migrate(Invocation invocation, String target) {
    StoreMigration.Result result;
    try (Progress progress = new Progress(invocation, "events", System::nanoTime);
        EventStore source = EventStore.open(source(invocation))) {
      result =
          StoreMigration.run(
              source,
              target,
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
      throw new FailureException(
          "stopped; the source takes events, and the same command goes on where it was", e);
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
