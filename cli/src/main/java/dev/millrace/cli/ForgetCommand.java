package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.cli.json.Json;
import dev.millrace.cli.terminal.Numbers;
import dev.millrace.core.personal.Subject;
import dev.millrace.core.personal.SubjectKeys;
import dev.millrace.core.store.StoreLockedException;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Destroys the key of somebody, for good. */
@Command(
    name = "forget",
    description = {
      "Destroy the key of a person's values: they are unreadable from then on, in the log, in"
          + " snapshots, backups and exports.",
      "The application must not run; while it does, POST"
          + " /api/subjects/forget does it. Projections are told when the application"
          + " starts the next time. What a projection has copied out stays until then."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  millrace forget customer:c-1 --keys keys:shop-keys --yes"})
final class ForgetCommand implements Action {
  @Parameters(paramLabel = "NAME:VALUE", description = "Whom, as in customer:c-1.")
  String subject = "";

  @Option(
      names = "--keys",
      paramLabel = "SOURCE",
      required = true,
      description = "The keys of subjects, as in keys:shop-keys.")
  String keys = "";

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      description = "Of which tenant; default: ${DEFAULT-VALUE}.")
  String tenant = "default";

  @Option(names = "--yes", description = "Really: it cannot be undone.")
  boolean yes;

  @Option(names = "--json", description = "The result as one JSON object.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of();
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    Subject whom = whom();
    if (!yes) {
      throw new UsageException(
          "this makes what is stored of " + whom + " unreadable for good; say --yes");
    }
    return LogWork.run(invocation, json, () -> forget(invocation, whom));
  }

  private Subject whom() {
    try {
      return new Subject(new Tenant(tenant), TagValue.parse(subject));
    } catch (IllegalArgumentException e) {
      throw new UsageException(String.valueOf(e.getMessage()));
    }
  }

  private int forget(Invocation invocation, Subject whom) {
    List<UUID> destroyed;
    try (SubjectKeys open = PersonalValues.openKeys(invocation, keys)) {
      destroyed = open.forget(whom).join();
    } catch (StoreLockedException e) {
      throw new FailureException(
          e.getMessage()
              + ". While the application runs, POST {\"subject\": \""
              + whom.tag()
              + "\"} to /api/subjects/forget of its node",
          e);
    }
    if (json) {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("ok", true);
      result.put("subject", whom.tag().toString());
      result.put("tenant", tenant);
      result.put("keys", destroyed.size());
      invocation.out().line(Json.line(result));
    } else {
      invocation
          .out()
          .line(
              destroyed.isEmpty()
                  ? whom + " has no key here; nothing was destroyed"
                  : "forgotten  "
                      + whom
                      + "; destroyed "
                      + Numbers.count(destroyed.size(), "key", "keys")
                      + ". Projections are told when the application starts with these keys");
    }
    return ExitCode.OK;
  }
}
