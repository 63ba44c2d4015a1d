package dev.millrace.retail.csv;

import de.siegmar.fastcsv.reader.CsvParseException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one file, plain or gzip, whatever its name says. Bad rows are rows too; a file that
 * cannot be read on is an exception. Not safe for use from several threads.
 */
public final class RowReader implements AutoCloseable {
  private static final int GZIP_BUFFER = 64 << 10;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final Path file;
  private final InputStream in;
  private final LineReader lines;
  private final RowParser parser = new RowParser();

  private RowReader(Path file, InputStream in) {
    this.file = file;
    this.in = in;
    this.lines = new LineReader(in);
  }

  /**
   * Opens a file and checks its header.
   *
   * @throws UnreadableFileException when there is no such file, it cannot be read, or has another
   *     header
   */
  public static RowReader open(Path file) {
    RowReader reader;
    try {
      reader = new RowReader(file, unpacked(file));
    } catch (NoSuchFileException e) {
      throw new UnreadableFileException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new UnreadableFileException(file + ": cannot be opened: " + reason(e), e);
    }
    try {
      reader.checkHeader();
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private static InputStream unpacked(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("it is a folder; name the files in it");
    }
    BufferedInputStream in = new BufferedInputStream(Files.newInputStream(file));
    try {
      in.mark(2);
      boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
      in.reset();
      return gzip ? new GZIPInputStream(in, GZIP_BUFFER) : in;
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private void checkHeader() {
    LineReader.Line header = line();
    List<String> columns = header == null ? List.of() : columns(header.text());
    if (!columns.equals(RowParser.COLUMNS)) {
      throw new UnreadableFileException(
          file
              + ": not a file of invoices: the first line must be \""
              + String.join(",", RowParser.COLUMNS)
              + "\", but "
              + (header == null ? "the file is empty" : "is \"" + shortened(header.text()) + "\""),
          null);
    }
  }

  private List<String> columns(String text) {
    String marked = !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    try {
      return parser.fields(marked).stream().map(String::strip).toList();
    } catch (CsvParseException e) {
      return List.of();
    }
  }

  private static String shortened(String text) {
    return text.length() <= 120 ? text : text.substring(0, 120) + "…";
  }

  /**
   * The next row, or null at the end. Blank lines are no rows.
   *
   * @throws UnreadableFileException when the file is cut off or broken
   */
  public @Nullable SourceRow next() {
    LineReader.Line line = line();
    while (line != null && line.problem() == null && line.text().isBlank()) {
      line = line();
    }
    if (line == null) {
      return null;
    }
    String problem = line.problem();
    Row row =
        problem == null
            ? parser.parse(line.text())
            : new Row.Invalid(RejectionReason.MALFORMED_ROW, problem);
    return new SourceRow(file, line.number(), line.text(), row);
  }

  private LineReader.@Nullable Line line() {
    try {
      return lines.next();
    } catch (IOException e) {
      throw new UnreadableFileException(
          file
              + ": cut off or broken after line "
              + lines.number()
              + " ("
              + reason(e)
              + "); put a whole file in its place and run the import again",
          e);
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw new UnreadableFileException(file + ": cannot be closed: " + reason(e), e);
    }
  }
}
