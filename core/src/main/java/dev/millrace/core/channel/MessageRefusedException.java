package dev.millrace.core.channel;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** The broker does not take this message, now or later; it has not been stored. */
public final class MessageRefusedException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public MessageRefusedException(String message) {
    super(message);
  }

  public MessageRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
