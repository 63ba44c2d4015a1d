package dev.millrace.core.personal;

import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Seals the values of an event or a command. */
final class Writing implements PersonalFields {
  private final String type;
  private final String salt;
  private final KeyState key;

  Writing(String type, String salt, KeyState key) {
    this.type = type;
    this.salt = salt;
    this.key = key;
  }

  @Override
  public @Nullable SealedValue write(
      String path, Personal<?> value, Function<Object, Bytes> encode) {
    if (!(value.read() instanceof Personal.Known<?>(Object known))) {
      return null;
    }
    return switch (key) {
      case KeyState.Alive(SubjectKey alive) ->
          Sealing.seal(alive, type + "#" + path, salt, encode.apply(known));
      case KeyState.Destroyed destroyed -> throw new SubjectForgottenException(destroyed.subject());
    };
  }

  @Override
  public <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode) {
    throw new IllegalStateException("these fields are for writing");
  }

  @Override
  public <T> Personal<T> readClear(String path, T value) {
    throw new IllegalStateException("these fields are for writing");
  }
}
