package dev.millrace.retail.csv;

import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a first pass over the files finds: in which order to read them, how many rows there are, and
 * where the last row of each invoice is, so that a second pass can let go of an invoice as soon as
 * it is whole. It remembers something of each invoice, and nothing of a row.
 *
 * @param files by the time of their first row: stock and purchases are then followed in the order
 *     in which they happened, however the files were named on the command line
 * @param rows in all files, those without an invoice too
 * @param lastRows by invoice: the number of its last row over all files, from 1
 */
public record InvoicePlan(List<Path> files, long rows, Map<String, Long> lastRows) {

  /**
   * Reads all files once.
   *
   * @param read is told how many rows have been read, after each
   * @throws UnreadableFileException when a file cannot be read to its end
   */
  public static InvoicePlan of(List<Path> files, LongConsumer read) {
    record Dated(Path file, @Nullable LocalDateTime first) {}
    List<Dated> dated = new ArrayList<>();
    for (Path file : files) {
      dated.add(new Dated(file, firstTime(file)));
    }
    dated.sort(
        Comparator.comparing(
            Dated::first, Comparator.nullsLast(Comparator.<LocalDateTime>naturalOrder())));
    List<Path> ordered = dated.stream().map(Dated::file).toList();
    Map<String, Long> lastRows = new HashMap<>();
    long rows = 0;
    for (Path file : ordered) {
      try (RowReader reader = RowReader.open(file)) {
        SourceRow row;
        while ((row = reader.next()) != null) {
          rows++;
          if (row.row() instanceof Row.Valid valid) {
            lastRows.put(valid.invoice(), rows);
          }
          read.accept(rows);
        }
      }
    }
    return new InvoicePlan(ordered, rows, lastRows);
  }

  private static @Nullable LocalDateTime firstTime(Path file) {
    try (RowReader reader = RowReader.open(file)) {
      SourceRow row;
      while ((row = reader.next()) != null) {
        if (row.row() instanceof Row.Valid valid) {
          return valid.at();
        }
      }
      return null;
    }
  }

  /** Whether no further row of an invoice follows. */
  public boolean isLast(String invoice, long row) {
    Long last = lastRows.get(invoice);
    return last != null && last == row;
  }
}
