package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * A store's key is missing, is not the right one, or cannot be had; the message says which key and
 * what to do. Nothing was changed.
 */
public final class StoreKeyException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreKeyException(String message) {
    super(message);
  }

  public StoreKeyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
