package dev.millrace.retail.csv;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** A file cannot be read, or is none of the shop's; the message names it and says what to do. */
public final class UnreadableFileException extends MillraceException {
  private static final long serialVersionUID = 1L;

  UnreadableFileException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
