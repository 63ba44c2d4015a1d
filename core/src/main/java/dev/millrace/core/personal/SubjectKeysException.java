package dev.millrace.core.personal;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** A personal value cannot be sealed or opened, or the keys cannot be kept. */
public class SubjectKeysException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public SubjectKeysException(String message) {
    super(message);
  }

  public SubjectKeysException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
