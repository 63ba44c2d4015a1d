package dev.millrace.core.personal;

import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes values as they are stored, but those of whom has been forgotten as that. */
public final class Showing implements PersonalFields {
  private boolean forgotten;

  /** Whether there was a value that has been forgotten. */
  public boolean hasForgotten() {
    return forgotten;
  }

  @Override
  public @Nullable SealedValue write(
      String path, Personal<?> value, Function<Object, Bytes> encode) {
    if (value.isForgotten()) {
      forgotten = true;
      return null;
    }
    if (value.source() instanceof Personal.Stored<?> stored) {
      return stored.sealed();
    }
    throw new CodecException("the personal value at " + path + " was not stored sealed", null);
  }

  @Override
  public <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode) {
    throw new IllegalStateException("these fields are for showing");
  }

  @Override
  public <T> Personal<T> readClear(String path, T value) {
    throw new IllegalStateException("these fields are for showing");
  }
}
