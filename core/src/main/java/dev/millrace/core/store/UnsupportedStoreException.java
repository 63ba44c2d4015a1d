package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** No engine on the class path opens this URL. */
public final class UnsupportedStoreException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public UnsupportedStoreException(String message) {
    super(message);
  }

  public UnsupportedStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
