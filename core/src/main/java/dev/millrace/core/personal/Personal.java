package dev.millrace.core.personal;

import dev.millrace.core.store.Bytes;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value about a person, as a component of an event, a command or a state. Where it is stored it
 * is sealed with the person's key; once the person is forgotten, every copy reads as {@link
 * Forgotten}.
 *
 * <p>A value that was stored stays sealed in memory: each {@link #read} opens it anew, so that
 * caches and snapshots hold nothing that forgetting would have to find. It can be read where
 * something is done with it: in a decision, in a projection, where an answer is written. Where it
 * is only carried (views, tags, keys, reactions) reading is refused: what is kept there must be the
 * same before and after somebody is forgotten.
 *
 * <p>Two are equal when both are known with equal values, or both forgotten. The hash code and the
 * text of a value say nothing of it. Immutable, and safe for use from many threads.
 *
 * @param <T> a type that the codec can write
 */
public final class Personal<T> {
  private static final Personal<?> GONE = new Personal<>(new Gone<>());

  private final Source<T> source;

  /** Where the value comes from. */
  sealed interface Source<T> {}

  /** A new value, which has not been stored. */
  record Fresh<T>(T value) implements Source<T> {}

  /** It was forgotten when it was written. */
  record Gone<T>() implements Source<T> {}

  /** As stored. */
  record Stored<T>(SealedValue sealed, Place place, Function<Bytes, T> decode)
      implements Source<T> {}

  /** From data of a time when it was not personal: it stands there in clear. */
  record Clear<T>(T value, Place place) implements Source<T> {}

  /** What can be read of it. */
  public sealed interface Content<T> {}

  /** The value can be read. */
  public record Known<T>(T value) implements Content<T> {}

  /** The person has been forgotten, and the value with them. */
  public record Forgotten<T>() implements Content<T> {}

  Personal(Source<T> source) {
    this.source = source;
  }

  /** A new value. */
  public static <T> Personal<T> of(T value) {
    if (value == null) {
      throw new IllegalArgumentException("a personal value is null; use an Optional around it");
    }
    return new Personal<>(new Fresh<>(value));
  }

  /** A value that nobody knows any more. */
  @SuppressWarnings("unchecked") // it has no value of any type
  public static <T> Personal<T> forgotten() {
    return (Personal<T>) GONE;
  }

  /**
   * What can be read of it now.
   *
   * @throws IllegalStateException where personal values are only carried
   * @throws SubjectKeysException when its key is missing, or it was stored somewhere else
   */
  public Content<T> read() {
    Carrying.check();
    return switch (source) {
      case Fresh<T>(T value) -> new Known<>(value);
      case Gone<T>() -> new Forgotten<>();
      case Clear<T>(T value, Place place) ->
          place.isForgotten() ? new Forgotten<>() : new Known<>(value);
      case Stored<T>(SealedValue sealed, Place place, Function<Bytes, T> decode) -> {
        Bytes plain = place.open(sealed);
        yield plain == null ? new Forgotten<>() : new Known<>(decode.apply(plain));
      }
    };
  }

  /** The value, or another when it has been forgotten. See {@link #read}. */
  public T orElse(T other) {
    return read() instanceof Known<T>(T value) ? value : other;
  }

  /** Whether it has been forgotten. See {@link #read}. */
  public boolean isForgotten() {
    return read() instanceof Forgotten<T>;
  }

  Source<T> source() {
    return source;
  }

  private @Nullable SealedValue sealed() {
    return source instanceof Stored<T> stored ? stored.sealed() : null;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (this == other) {
      return true;
    }
    if (!(other instanceof Personal<?> that)) {
      return false;
    }
    SealedValue sealed = sealed();
    return (sealed != null && sealed.equals(that.sealed())) || read().equals(that.read());
  }

  /** The same for all: it must neither tell of the value nor change when it is forgotten. */
  @Override
  public int hashCode() {
    return Personal.class.getName().hashCode();
  }

  @Override
  public String toString() {
    return "Personal[…]";
  }
}
