package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/** A processor did not get to a position in time, or stopped before it. */
public final class AwaitException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public AwaitException(String message) {
    super(message);
  }
}
