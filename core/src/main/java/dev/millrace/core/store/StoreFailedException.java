package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * The store latched closed after an input/output failure; nothing more is appended until it is
 * opened again.
 */
public final class StoreFailedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreFailedException(String message) {
    super(message);
  }

  public StoreFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
