package dev.millrace.core.store;

import org.jspecify.annotations.Nullable;

/** Stored bytes that were durable are not as they were written; the message names the place. */
public final class StoreDamagedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public StoreDamagedException(String message) {
    super(message);
  }

  public StoreDamagedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
