package dev.millrace.core.seam;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Receives the outcome of a submitted disk operation, exactly once, on any thread. */
@FunctionalInterface
public interface IoCompletion {
  /**
   * The operation ended.
   *
   * @param failure what went wrong, or null when it succeeded
   */
  void completed(@Nullable IOException failure);
}
