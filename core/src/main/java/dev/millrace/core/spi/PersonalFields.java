package dev.millrace.core.spi;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.personal.SealedValue;
import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a codec does with the {@link Personal} values in what it writes for, or reads from, a store.
 */
public interface PersonalFields {
  /**
   * What stands in the data in place of a value.
   *
   * @param path of the value in the data, as a JSON pointer (RFC 6901)
   * @param encode writes the value itself; what it gave can be read back
   * @return null: that it was forgotten
   * @throws CodecException when it cannot be sealed here
   */
  @Nullable SealedValue write(String path, Personal<?> value, Function<Object, Bytes> encode);

  /**
   * A value as it was stored.
   *
   * @throws CodecException when it was stored somewhere else
   */
  <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode);

  /**
   * A value that stands in the data in clear.
   *
   * @throws CodecException when it must not
   */
  <T> Personal<T> readClear(String path, T value);

  /** Whether values may stand in the data in clear. */
  default boolean bearsClear() {
    return false;
  }
}
