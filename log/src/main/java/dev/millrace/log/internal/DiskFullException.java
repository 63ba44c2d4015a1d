package dev.millrace.log.internal;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** There is less room on the disk than must stay free. */
final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  DiskFullException(String message) {
    super(message);
  }

  /** Whether an operation failed for want of room; never true of a failed sync. */
  static boolean isFull(IOException failure) {
    return !(failure instanceof SyncFailedException) && says(failure);
  }

  private static boolean says(IOException failure) {
    return failure instanceof DiskFullException
        || says(failure.getMessage())
        || (failure instanceof FileSystemException file && says(file.getReason()));
  }

  private static boolean says(@Nullable String message) {
    if (message == null) {
      return false;
    }
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left")
        || text.contains("not enough space")
        || text.contains("disk full")
        || text.contains("disk is full")
        || text.contains("quota exceeded");
  }
}
