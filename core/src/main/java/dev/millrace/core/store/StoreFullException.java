package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** There is no room for the append; nothing of it was stored, and reads go on. */
public final class StoreFullException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreFullException(String message) {
    super(message);
  }

  public StoreFullException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
