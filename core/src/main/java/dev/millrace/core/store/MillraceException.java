package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * Root of everything that goes wrong at run time. The message says what happened, to what, and what
 * to do next. Expected outcomes (conflict, rejection) are values, and a caller's mistake is an
 * {@link IllegalArgumentException}.
 */
public class MillraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public MillraceException(String message) {
    super(message);
  }

  public MillraceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
