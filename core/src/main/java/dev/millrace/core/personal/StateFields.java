package dev.millrace.core.personal;

import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values in states: each stays sealed as it was stored, and is about whom it was about. */
final class StateFields implements PersonalFields, Place {
  private final @Nullable SubjectKeys keys;

  StateFields(@Nullable SubjectKeys keys) {
    this.keys = keys;
  }

  @Override
  public @Nullable SealedValue write(
      String path, Personal<?> value, Function<Object, Bytes> encode) {
    return switch (value.source()) {
      case Personal.Stored<?> stored -> stored.sealed();
      case Personal.Gone<?> gone -> null;
      case Personal.Fresh<?> fresh -> throw notStored(path);
      case Personal.Clear<?> clear -> throw notStored(path);
    };
  }

  private static CodecException notStored(String path) {
    return new CodecException(
        "the personal value at " + path + " of the state is not one that was stored sealed", null);
  }

  @Override
  public <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode) {
    return new Personal<>(new Personal.Stored<>(sealed, this, decode));
  }

  @Override
  public <T> Personal<T> readClear(String path, T value) {
    throw new CodecException("the personal value at " + path + " stands there in clear", null);
  }

  @Override
  public @Nullable Bytes open(SealedValue sealed) {
    return Protection.open(keys, sealed, null);
  }

  @Override
  public boolean isForgotten() {
    return false;
  }
}
