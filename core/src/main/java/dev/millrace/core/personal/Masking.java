package dev.millrace.core.personal;

import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes every value as if it were forgotten. */
enum Masking implements PersonalFields {
  INSTANCE;

  @Override
  public @Nullable SealedValue write(
      String path, Personal<?> value, Function<Object, Bytes> encode) {
    return null;
  }

  @Override
  public <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode) {
    throw new IllegalStateException("these fields are for digests");
  }

  @Override
  public <T> Personal<T> readClear(String path, T value) {
    throw new IllegalStateException("these fields are for digests");
  }
}
