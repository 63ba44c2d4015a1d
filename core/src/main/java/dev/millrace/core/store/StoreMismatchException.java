package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** A checkpoint, snapshot or receipt belongs to another store or another history epoch. */
public final class StoreMismatchException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreMismatchException(String message) {
    super(message);
  }

  public StoreMismatchException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
