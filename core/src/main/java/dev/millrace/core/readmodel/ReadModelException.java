package dev.millrace.core.readmodel;

import dev.millrace.core.store.MillraceException;

/** A read model's database failed, or refused a statement. */
public final class ReadModelException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public ReadModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
