package dev.millrace.core;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/**
 * A processor did not get to a position in time, or stopped before it; then what stopped it is the
 * cause. Or it has passed an event that waits behind a dead letter: {@link BlockedEventException}.
 */
public sealed class AwaitException extends MillraceException permits BlockedEventException {
  private static final long serialVersionUID = 1L;

  public AwaitException(String message) {
    super(message);
  }

  /**
   * With what stopped the processor.
   *
   * @param cause null: time ran out, or the runtime was closed
   */
  public AwaitException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
