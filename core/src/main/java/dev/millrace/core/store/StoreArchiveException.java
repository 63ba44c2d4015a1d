package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/**
 * Events are in an archive that does not answer, or not with what was put there. What is not in the
 * archive can be read, and appends go on.
 */
public final class StoreArchiveException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreArchiveException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
