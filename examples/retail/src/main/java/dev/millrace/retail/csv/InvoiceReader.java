package dev.millrace.retail.csv;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The second pass: gives each invoice away when its last row was read. */
public final class InvoiceReader {
  private final InvoicePlan plan;
  private final Map<String, List<InvoiceRows.Entry>> open = new HashMap<>();
  private long rows;

  /** Takes what is read. */
  public interface Handler {
    /** A whole invoice. */
    void invoice(InvoiceRows invoice);

    /** A row that is no line of an invoice. */
    void rejected(SourceRow row, Row.Invalid why);

    /** So many rows have been read; called after each. */
    void read(long rows);
  }

  public InvoiceReader(InvoicePlan plan) {
    this.plan = plan;
  }

  /**
   * Reads all files.
   *
   * @throws UnreadableFileException when a file cannot be read to its end, or is not the file that
   *     the first pass has read
   */
  public void read(Handler handler) {
    for (int file = 0; file < plan.files().size(); file++) {
      try (RowReader reader = RowReader.open(plan.files().get(file))) {
        SourceRow row;
        while ((row = reader.next()) != null) {
          rows++;
          take(file, row, handler);
          handler.read(rows);
        }
      }
    }
    if (!open.isEmpty() || rows != plan.rows()) {
      throw new UnreadableFileException(
          "a file has changed while it was imported: "
              + plan.rows()
              + " rows at first, then "
              + rows
              + "; run the import again",
          null);
    }
  }

  private void take(int file, SourceRow source, Handler handler) {
    switch (source.row()) {
      case Row.Invalid invalid -> handler.rejected(source, invalid);
      case Row.Valid row -> {
        List<InvoiceRows.Entry> entries =
            open.computeIfAbsent(row.invoice(), first -> new ArrayList<>());
        entries.add(new InvoiceRows.Entry(file, source, row));
        if (plan.isLast(row.invoice(), rows)) {
          open.remove(row.invoice());
          handler.invoice(new InvoiceRows(row.invoice(), entries));
        }
      }
    }
  }
}
