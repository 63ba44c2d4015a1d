package dev.millrace.core.channel;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * The broker does not answer, or is overloaded. A message may or may not have been stored; what is
 * tried again later carries the same id.
 */
public final class ChannelUnavailableException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public ChannelUnavailableException(String message) {
    super(message);
  }

  public ChannelUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
