package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/** A command id came again with another command; nothing of it was stored. */
public final class CommandIdReusedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public CommandIdReusedException(String message) {
    super(message);
  }
}
