package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** The store's bounded queue is full; nothing of the append was stored. Try again later. */
public final class StoreOverloadedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreOverloadedException(String message) {
    super(message);
  }

  public StoreOverloadedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
