package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** The store was used after it was closed. */
public final class StoreClosedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreClosedException(String message) {
    super(message);
  }

  public StoreClosedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
