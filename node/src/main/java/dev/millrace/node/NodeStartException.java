package dev.millrace.node;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** A node could not start. */
public final class NodeStartException extends MillraceException {
  private static final long serialVersionUID = 1L;

  NodeStartException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
