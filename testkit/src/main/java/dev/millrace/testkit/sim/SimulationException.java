package dev.millrace.testkit.sim;

import org.jspecify.annotations.Nullable;

/** A simulation cannot go on; the message has the seed, by which it happens again. */
public final class SimulationException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SimulationException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
