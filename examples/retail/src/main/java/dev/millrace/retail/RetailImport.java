package dev.millrace.retail;

import dev.millrace.core.Millrace;
import dev.millrace.core.store.MillraceException;
import dev.millrace.retail.csv.InvoicePlan;
import dev.millrace.retail.csv.InvoiceReader;
import dev.millrace.retail.csv.UnreadableFileException;
import dev.millrace.retail.domain.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Imports files of invoices. Run again with the same files, with files that overlap, or after it
 * was killed, it adds what is missing and nothing twice: each command's id is made of what it says,
 * and each line of an invoice is recorded once.
 *
 * <p>Goods are imported first, in the order in which invoices become whole; cancellations follow,
 * by time, so that each finds all purchases before it wherever these stand in the files. One
 * command after the other: the result depends on the files alone.
 */
public final class RetailImport {
  private static final int READING_PROGRESS_EVERY = 1_024;

  private final Millrace millrace;
  private final Path rejectedRows;
  private final Runnable awaitLevel;

  /**
   * Makes an import.
   *
   * @param rejectedRows where each run writes the rows that it rejects
   * @param awaitLevel waits until reactions and read models have caught up
   */
  RetailImport(Millrace millrace, Path rejectedRows, Runnable awaitLevel) {
    this.millrace = millrace;
    this.rejectedRows = rejectedRows;
    this.awaitLevel = awaitLevel;
  }

  /** The same, writing rejected rows to another file. */
  public RetailImport rejectingTo(Path file) {
    return new RetailImport(millrace, file, awaitLevel);
  }

  /**
   * Imports files, as one.
   *
   * @throws UnreadableFileException when a file cannot be read to its end or is no file of
   *     invoices; all files are looked at before the first command
   * @throws MillraceException when the rejected rows would overwrite one of the files
   * @throws ImportStoppedException when the listener stopped it
   */
  public ImportResult run(List<Path> files, ImportListener listener) {
    long begun = System.nanoTime();
    long head = millrace.store(Shop.NAME).head();
    InvoicePlan plan =
        InvoicePlan.of(
            files,
            rows -> {
              if (rows % READING_PROGRESS_EVERY == 0) {
                Duration elapsed = Duration.ofNanos(System.nanoTime() - begun);
                listener.progressed(
                    new ImportProgress(
                        ImportProgress.Phase.READING, rows, 0, 0, 0, elapsed, Duration.ZERO));
              }
            });
    checkIsNone(plan.files());
    try (RejectedRows rejected = new RejectedRows(rejectedRows)) {
      ImportRun run = new ImportRun(millrace, rejected, listener, plan.rows(), begun, head);
      new InvoiceReader(plan).read(run);
      run.finish();
      awaitLevel.run();
      return run.result();
    }
  }

  /** To write the rejected rows over what is imported would lose it. */
  private void checkIsNone(List<Path> files) {
    for (Path file : files) {
      if (isSame(file, rejectedRows)) {
        throw new MillraceException(
            rejectedRows
                + ": is imported itself, so rejected rows cannot be written there; name another"
                + " file for them");
      }
    }
  }

  private static boolean isSame(Path file, Path other) {
    try {
      return Files.exists(other) && Files.isSameFile(file, other);
    } catch (IOException e) {
      throw new MillraceException(other + ": cannot be looked at: " + e.getMessage(), e);
    }
  }
}
