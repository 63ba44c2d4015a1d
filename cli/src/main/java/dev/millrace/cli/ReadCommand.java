package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints events from a position on. */
@Command(
    name = "read",
    description = "Print events, in order.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace read --limit 5",
      "  millrace read --backward --type order-placed --limit 1",
      "  millrace read --tag customer:17850 --json | jq .data"
    })
final class ReadCommand implements Action {
  private static final int PAGE = 1_000;

  @Option(
      names = "--from",
      paramLabel = "POSITION",
      description = "First position to look at; default: the beginning, or backward the end.")
  @Nullable Long from;

  @Option(names = "--backward", description = "Newest first.")
  boolean backward;

  @Option(names = "--limit", paramLabel = "N", description = "Most events; default: all.")
  @Nullable Long limit;

  @Mixin QueryOptions which = new QueryOptions();

  @Mixin KeysOption keys = new KeysOption();

  @Option(names = "--json", description = "One JSON object a line.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.STORE, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException {
    long most = limit == null ? Long.MAX_VALUE : limit;
    if (most < 1) {
      throw new UsageException("--limit: must be at least 1, not " + limit);
    }
    if (from != null && from < 0) {
      throw new UsageException("--from: must not be negative: " + from);
    }
    Query query = which.query();
    EventPrinter.Form form = json ? EventPrinter.Form.JSON : EventPrinter.Form.PRETTY;
    try (PersonalValues personal = keys.open(invocation);
        EventStore store = StoreFolder.open(invocation)) {
      EventPrinter printer = new EventPrinter(invocation, form, personal);
      print(store, query, printer, most, invocation.stop());
    }
    return ExitCode.OK;
  }

  private void print(
      EventStore store, Query query, EventPrinter printer, long most, StopSignal stop) {
    long head = store.head();
    long next = from != null ? Math.max(from, 1) : backward ? head : 1; // 0 would never get on
    Direction direction = backward ? Direction.BACKWARD : Direction.FORWARD;
    long left = most;
    while (left > 0 && !stop.requested() && (backward ? next > 0 : next <= head)) {
      EventPage page = store.read(query, next, direction, (int) Math.min(left, PAGE));
      printer.print(page.events());
      left -= page.events().size();
      next = backward ? page.examined() - 1 : page.examined() + 1;
    }
  }
}
