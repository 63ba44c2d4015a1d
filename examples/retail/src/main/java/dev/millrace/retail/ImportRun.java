package dev.millrace.retail;

import static java.util.Comparator.comparing;

import dev.millrace.core.Millrace;
import dev.millrace.core.Receipt;
import dev.millrace.core.store.Direction;
import dev.millrace.core.store.EventStore;
import dev.millrace.core.store.Query;
import dev.millrace.core.store.RecordedEvent;
import dev.millrace.retail.InvoiceCommands.Prepared;
import dev.millrace.retail.csv.InvoiceReader;
import dev.millrace.retail.csv.InvoiceRows;
import dev.millrace.retail.csv.Row;
import dev.millrace.retail.csv.SourceRow;
import dev.millrace.retail.domain.CancellationAnswers;
import dev.millrace.retail.domain.KnownLines;
import dev.millrace.retail.domain.Line;
import dev.millrace.retail.domain.RefusalReason;
import dev.millrace.retail.domain.Shop;
import dev.millrace.retail.domain.ShopCommand.CancelPurchases;
import dev.millrace.retail.domain.ShopCommand.Invoice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One run of an import: sends what is read, and accounts for each row. */
final class ImportRun implements InvoiceReader.Handler {
  /**
   * Most rows of cancellations that wait for the end of the files. Beyond, those that wait are sent
   * at once: still right where files are in the order of time.
   */
  static final int MAX_WAITING_ROWS = 500_000;

  private final Millrace millrace;
  private final EventStore store;
  private final RejectedRows rejected;
  private final ImportListener listener;
  private final long totalRows;
  private final long begun;
  private final long headBefore;
  private final long importingSince;
  private final CommandWindow window;
  private final List<InvoiceRows> cancellations = new ArrayList<>();
  private int waitingRows;
  private long accepted;
  private long commands;
  private long repeated;

  ImportRun(
      Millrace millrace,
      RejectedRows rejected,
      ImportListener listener,
      long totalRows,
      long begun,
      long headBefore) {
    this.millrace = millrace;
    this.window = new CommandWindow(millrace, this::settle);
    this.store = millrace.store(Shop.NAME);
    this.rejected = rejected;
    this.listener = listener;
    this.totalRows = totalRows;
    this.begun = begun;
    this.headBefore = headBefore;
    this.importingSince = System.nanoTime();
  }

  @Override
  public void rejected(SourceRow row, Row.Invalid why) {
    rejected.add(row, why.reason().label(), why.detail());
  }

  @Override
  public void read(long rows) {}

  @Override
  public void invoice(InvoiceRows invoice) {
    if (invoice.rows().get(0).row().isCancellation()) {
      cancellations.add(invoice);
      waitingRows += invoice.rows().size();
      if (waitingRows > MAX_WAITING_ROWS) {
        cancel();
      }
    } else {
      InvoiceCommands.of(invoice).forEach(this::send);
    }
  }

  /** Sends what has waited for the end of the files. */
  void finish() {
    cancel();
    listener.progressed(progress(ImportProgress.Phase.CATCHING_UP));
  }

  private void cancel() {
    window.drain();
    cancellations.sort(
        comparing((InvoiceRows invoice) -> invoice.rows().get(0).row().at())
            .thenComparing(InvoiceRows::number));
    for (InvoiceRows invoice : cancellations) {
      InvoiceCommands.of(invoice).forEach(this::send);
    }
    window.drain();
    cancellations.clear();
    waitingRows = 0;
  }

  private void send(Prepared prepared) {
    if (!listener.goesOn()) {
      window.drain();
      throw new ImportStoppedException(
          "the import was stopped after "
              + (accepted + rejected.count())
              + " of "
              + totalRows
              + " rows; run it again with the same files and it goes on");
    }
    window.send(prepared);
  }

  private void settle(Prepared prepared, Receipt receipt) {
    commands++;
    if (receipt.repeated()) {
      repeated++;
    }
    if (prepared.command() instanceof CancelPurchases cancellation) {
      settleCancellation(prepared, cancellation);
    } else if (linesIn(receipt) == prepared.rows().size() || allKnown(prepared.command())) {
      accepted += prepared.rowCount();
    } else {
      throw new IllegalStateException(
          prepared.id() + " was accepted, but not all of its lines are in the store");
    }
    listener.progressed(progress(ImportProgress.Phase.IMPORTING));
  }

  /** Counts the lines among the events of a command: what is accounted for is what is stored. */
  private int linesIn(Receipt receipt) {
    int lines = 0;
    long next = receipt.first();
    while (next <= receipt.last()) {
      int limit = (int) Math.min(receipt.last() - next + 1, EventStore.MAX_PAGE);
      var page = store.read(Query.all(), next, Direction.FORWARD, limit);
      for (RecordedEvent event : page.events()) {
        if (event.position() <= receipt.last() && Shop.LINE_EVENTS.contains(event.type())) {
          lines++;
        }
      }
      next = page.examined() + 1;
    }
    return lines;
  }

  /** Some of the lines may have come with another command before. */
  private boolean allKnown(Invoice invoice) {
    return millrace
        .read(Shop.NAME, KnownLines.VIEW, invoice.invoice())
        .unknownOf(invoice)
        .isEmpty();
  }

  private void settleCancellation(Prepared prepared, CancelPurchases cancellation) {
    CancellationAnswers answers =
        millrace.read(Shop.NAME, CancellationAnswers.VIEW, cancellation.invoice());
    for (Map.Entry<Line, List<SourceRow>> line : prepared.rows().entrySet()) {
      RefusalReason refusal = answers.refused().get(line.getKey());
      if (refusal != null) {
        for (SourceRow row : line.getValue()) {
          rejected.add(row, refusal.label(), "refused by the shop");
        }
      } else if (answers.accepted().contains(line.getKey())) {
        accepted += line.getValue().size();
      } else {
        throw new IllegalStateException(
            prepared.id() + " was accepted, but " + line.getKey() + " is not answered");
      }
    }
  }

  private ImportProgress progress(ImportProgress.Phase phase) {
    long now = System.nanoTime();
    return new ImportProgress(
        phase,
        accepted + rejected.count(),
        totalRows,
        commands,
        store.head() - headBefore,
        Duration.ofNanos(now - begun),
        Duration.ofNanos(now - importingSince));
  }

  /** The result, once everything is level. */
  ImportResult result() {
    double seconds = (System.nanoTime() - begun) / 1e9;
    long events = store.head() - headBefore;
    return new ImportResult(
        totalRows,
        accepted,
        rejected.count(),
        events,
        commands,
        repeated,
        seconds,
        events / seconds,
        rejected.byReason(),
        rejected.file());
  }
}
