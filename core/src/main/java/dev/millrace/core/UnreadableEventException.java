package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/** The data of a stored event does not fit its type. */
public final class UnreadableEventException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public UnreadableEventException(String message, Throwable cause) {
    super(message, cause);
  }
}
