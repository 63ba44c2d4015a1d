package dev.millrace.core.personal;

import dev.millrace.core.spi.CodecException;
import dev.millrace.core.spi.PersonalFields;
import dev.millrace.core.store.Bytes;
import dev.millrace.core.store.TagValue;
import dev.millrace.core.store.Tenant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The values of one event or command that is read; they can be opened once it is known whose. */
public final class Reading implements PersonalFields, Place {
  private final @Nullable SubjectKeys keys;
  private final String type;
  private final Tenant tenant;
  private final boolean asWritten;
  private @Nullable Subject subject;

  Reading(@Nullable SubjectKeys keys, String type, Tenant tenant, boolean asWritten) {
    this.keys = keys;
    this.type = type;
    this.tenant = tenant;
    this.asWritten = asWritten;
  }

  /** Whom the data is about. To be called once, before anybody else gets the data. */
  public void about(TagValue tag) {
    this.subject = new Subject(tenant, tag);
  }

  @Override
  public <T> Personal<T> read(String path, SealedValue sealed, Function<Bytes, T> decode) {
    String at = sealed.at();
    if (asWritten ? !at.equals(type + "#" + path) : !at.startsWith(type + "#")) {
      throw new CodecException(
          "the personal value at " + type + "#" + path + " was written at " + at + ", and moved",
          null);
    }
    return new Personal<>(new Personal.Stored<>(sealed, this, decode));
  }

  @Override
  public <T> Personal<T> readClear(String path, T value) {
    if (asWritten) {
      throw new CodecException(
          "the personal value at " + type + "#" + path + " stands there in clear", null);
    }
    return new Personal<>(new Personal.Clear<>(value, this));
  }

  @Override
  public boolean bearsClear() {
    return !asWritten;
  }

  @Override
  public @Nullable SealedValue write(
      String path, Personal<?> value, Function<Object, Bytes> encode) {
    throw new IllegalStateException("these fields are for reading");
  }

  @Override
  public @Nullable Bytes open(SealedValue sealed) {
    return Protection.open(keys, sealed, known());
  }

  @Override
  public boolean isForgotten() {
    return keys != null && keys.wasForgotten(known());
  }

  private Subject known() {
    Subject known = subject;
    if (known == null) {
      throw new IllegalStateException(
          "a personal value of '"
              + type
              + "' is read while the record is made: a constructor cannot look into what is stored");
    }
    return known;
  }
}
