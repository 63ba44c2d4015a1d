package dev.millrace.core;

import dev.millrace.core.store.MillraceException;

/** Rows of an older version of a projection are not there, and are not made any more. */
final class RowsNotKeptException extends MillraceException {
  private static final long serialVersionUID = 1L;

  RowsNotKeptException(String message) {
    super(message);
  }
}
