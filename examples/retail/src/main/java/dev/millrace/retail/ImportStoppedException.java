package dev.millrace.retail;

import dev.millrace.core.store.MillraceException;

/** An import was asked to stop before its end; what was imported stays, and a new run goes on. */
public final class ImportStoppedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  ImportStoppedException(String message) {
    super(message);
  }
}
