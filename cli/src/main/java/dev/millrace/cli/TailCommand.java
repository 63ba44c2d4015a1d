package dev.millrace.cli;

import dev.millrace.cli.config.Setting;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventPage;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.Subscription;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Prints the newest events, and then those that come. */
@Command(
    name = "tail",
    description = {
      "Print the newest events, the last one last.",
      "A store is open in one process at a time: while a demo runs on the folder, this is"
          + " refused."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  millrace tail",
      "  millrace tail -n 3 --type line-cancelled",
      "  millrace tail --tag product:85123A --json"
    })
final class TailCommand implements Action {
  private static final int PAGE = 1_000;

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      description = "How many; default: ${DEFAULT-VALUE}.")
  int count = 10;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on with the events that come, until stopped.")
  boolean follow;

  @Mixin QueryOptions which = new QueryOptions();

  @Mixin KeysOption keys = new KeysOption();

  @Option(names = "--json", description = "One JSON object a line.")
  boolean json;

  @Override
  public List<Setting> settings() {
    return List.of(Setting.DATA, Setting.STORE, Setting.KEY);
  }

  @Override
  public int run(Invocation invocation) throws IOException, InterruptedException {
    if (count < 0 || count > EventStore.MAX_PAGE) {
      throw new UsageException("-n: must be 0 to " + EventStore.MAX_PAGE + ", not " + count);
    }
    Query query = which.query();
    EventPrinter.Form form = json ? EventPrinter.Form.JSON : EventPrinter.Form.SHORT;
    try (PersonalValues personal = keys.open(invocation);
        EventStore store = StoreFolder.open(invocation)) {
      EventPrinter printer = new EventPrinter(invocation, form, personal);
      long head = store.head();
      if (count > 0 && head > 0) {
        EventPage page = store.read(query, head, Direction.BACKWARD, count);
        printer.print(page.events().reversed());
        invocation.out().flush();
      }
      if (follow) {
        follow(store.subscribe(query, head), printer, invocation);
      }
    }
    return ExitCode.OK;
  }

  private static void follow(Subscription subscription, EventPrinter printer, Invocation invocation)
      throws InterruptedException {
    Semaphore wake = new Semaphore(0);
    try (subscription) {
      subscription.onAvailable(wake::release);
      invocation.stop().onRequest(wake::release);
      while (!invocation.stop().requested()) {
        EventPage page = subscription.poll(PAGE);
        if (page.events().isEmpty()) {
          invocation.out().flush();
          await(wake);
        } else {
          printer.print(page.events());
        }
      }
    }
  }

  private static void await(Semaphore wake) throws InterruptedException {
    // The bound is only a guard: every change wakes.
    boolean woken = wake.tryAcquire(Duration.ofSeconds(1).toMillis(), TimeUnit.MILLISECONDS);
    if (woken) {
      wake.drainPermits();
    }
  }
}
