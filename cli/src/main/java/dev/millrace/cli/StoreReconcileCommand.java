package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.core.store.StoreIdentity;
import dev.millrace.core.wiring.SystemSeams;
import dev.millrace.postgresql.PostgresqlEventStore;
import dev.millrace.postgresql.PostgresqlEventStore.Continuation;
import dev.millrace.postgresql.PostgresqlOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Says how the history of tables goes on that were restored, copied or moved. */
@Command(
    name = "reconcile",
    description = {
      "Say how the history goes on of a store in PostgreSQL that was restored, copied or moved.",
      "Until then it is not opened: positions of before may mean other events now. Nobody should"
          + " have it open."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace store reconcile --store postgresql://postgres@localhost/shop --new-history",
      "  millrace store reconcile --store postgresql://postgres@localhost/shop --same-history"
    })
final class StoreReconcileCommand implements Action {
  @ArgGroup(multiplicity = "1")
  How how = new How();

  /** One of two. */
  static final class How {
    @Option(
        names = "--new-history",
        required = true,
        description =
            "Events may be missing, as after a restore: a new history epoch begins, and"
                + " processors stop until they are reset or skipped.")
    boolean newHistory;

    @Option(
        names = "--same-history",
        required = true,
        description = "Nothing can be missing, as after pg_upgrade: everything goes on.")
    boolean sameHistory;
  }

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.STORE);
  }

  @Override
  public int run(Invocation invocation) {
    if (StoreFolder.isInFolder(invocation)) {
      throw new UsageException("--store: name the database, as in postgresql://host/database");
    }
    StoreIdentity identity =
        PostgresqlEventStore.reconcile(
            PostgresqlOptions.parse(invocation.configuration().store()),
            SystemSeams.shared(),
            how.newHistory ? Continuation.NEW_HISTORY : Continuation.SAME_HISTORY);
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("store", identity);
      invocation.out().line(Json.line(result));
    } else {
      invocation.out().line("store " + identity.id() + " is in history " + identity.epoch());
    }
    return ExitCode.OK;
  }
}
