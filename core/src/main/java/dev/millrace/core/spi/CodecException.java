package dev.millrace.core.spi;

import dev.millrace.core.store.MillraceException;
import org.jspecify.annotations.Nullable;

/** Bytes and type do not fit; the message names the field where it can. */
public final class CodecException extends MillraceException {
  private static final long serialVersionUID = 1L;

  public CodecException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
