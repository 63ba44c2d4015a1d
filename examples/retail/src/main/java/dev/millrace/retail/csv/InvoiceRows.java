package dev.millrace.retail.csv;

import java.util.List;

/**
 * All rows of an invoice.
 *
 * @param number of the invoice
 * @param rows valid ones, in the order in which they were read
 */
public record InvoiceRows(String number, List<Entry> rows) {

  /**
   * A row and where it stands.
   *
   * @param file which of the files that are read, from 0; a file that is named twice is two
   */
  public record Entry(int file, SourceRow source, Row.Valid row) {}

  public InvoiceRows {
    rows = List.copyOf(rows);
  }
}
