package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import org.jspecify.annotations.Nullable;

/** Where sealed values were found, and by which keys they are opened. */
interface Place {
  /** The value's data; null: forgotten. */
  @Nullable Bytes open(SealedValue sealed);

  /** Whether whoever the values here are about has been forgotten. */
  boolean isForgotten();
}
