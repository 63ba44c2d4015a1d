package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/** A stored event has a type, or a schema version, that this program does not know. */
public final class UnknownEventException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public UnknownEventException(String message) {
    super(message);
  }
}
