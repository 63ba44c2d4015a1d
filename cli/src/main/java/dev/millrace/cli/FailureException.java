package dev.millrace.cli;

import org.jspecify.annotations.Nullable;

/** The command cannot do its work; the message says what, where, and what to do. */
final class FailureException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FailureException(String message) {
    this(message, null);
  }

  FailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
