package dev.millrace.core.channel;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** A channel cannot do what is asked of it, or nothing on the class path opens it. */
public final class UnsupportedChannelException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public UnsupportedChannelException(String message) {
    super(message);
  }

  public UnsupportedChannelException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
