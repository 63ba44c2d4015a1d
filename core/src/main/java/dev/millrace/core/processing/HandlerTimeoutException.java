package dev.millrace.core.processing;

import dev.millrace.core.store.MillraceException;

/**
 * A handler did not return within its time limit, and was given up. It is not interrupted; what it
 * still does cannot be committed.
 */
public final class HandlerTimeoutException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public HandlerTimeoutException(String message) {
    super(message);
  }
}
