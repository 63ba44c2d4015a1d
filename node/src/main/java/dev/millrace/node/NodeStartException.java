package dev.millrace.node;

import dev.millrace.core.store.MillraceException;

/** A node could not start. */
public final class NodeStartException extends MillraceException {
  private static final long serialVersionUID = 1L;

  NodeStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
