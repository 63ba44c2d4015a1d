package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/**
 * A command met new events at each of its attempts; nothing of it was stored. It may be sent again
 * with the same id.
 */
public final class ConflictException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public ConflictException(String message) {
    super(message);
  }
}
