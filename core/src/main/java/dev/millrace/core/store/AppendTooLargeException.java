package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** An append is larger than the store takes; nothing of it was stored. */
public final class AppendTooLargeException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public AppendTooLargeException(String message) {
    super(message);
  }

  public AppendTooLargeException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
