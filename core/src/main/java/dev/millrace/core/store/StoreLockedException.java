package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** Another process has the store's folder. */
public final class StoreLockedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreLockedException(String message) {
    super(message);
  }

  public StoreLockedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
