package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * The database of the store does not answer. An append may or may not have been stored; the same
 * append with the same id, later, says which. The store goes on when the database does.
 */
public final class StoreUnavailableException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreUnavailableException(String message) {
    super(message);
  }

  public StoreUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
