package dev.millrace.retail;

import de.siegmar.fastcsv.writer.CsvWriter;
import dev.millrace.core.store.MillraceException;
import dev.millrace.retail.csv.SourceRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the rejected rows of a run to a file, each with where it stood and why, and counts them.
 */
final class RejectedRows implements AutoCloseable {
  private final Path file;
  private final CsvWriter writer;
  private final Map<String, Long> byReason = new TreeMap<>();
  private long count;

  RejectedRows(Path file) {
    this.file = file;
    try {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      this.writer = CsvWriter.builder().build(file, StandardCharsets.UTF_8);
      writer.writeRecord("file", "line", "reason", "detail", "row");
    } catch (IOException | UncheckedIOException e) {
      throw unwritable(e);
    }
  }

  void add(SourceRow row, String reason, String detail) {
    byReason.merge(reason, 1L, Long::sum);
    count++;
    try {
      writer.writeRecord(
          row.file().toString(), Long.toString(row.line()), reason, detail, row.text());
    } catch (UncheckedIOException e) {
      throw unwritable(e);
    }
  }

  long count() {
    return count;
  }

  Map<String, Long> byReason() {
    return byReason;
  }

  Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      writer.close();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private MillraceException unwritable(Exception e) {
    return new MillraceException(
        file
            + ": cannot write the rejected rows: "
            + e.getMessage()
            + "; make room or name another"
            + " file, and run the import again",
        e);
  }
}
