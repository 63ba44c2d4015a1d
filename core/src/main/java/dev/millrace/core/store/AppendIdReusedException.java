package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** An append id came again with other content; nothing of it was stored. */
public final class AppendIdReusedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public AppendIdReusedException(String message) {
    super(message);
  }

  public AppendIdReusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
