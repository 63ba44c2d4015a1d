package dev.millrace.core;

import dev.millrace.core.personal.Personal;
import dev.millrace.core.store.TagValue;
import java.util.function.Function;

/**
 * A named kind of thing that events are about, as in {@code account}; with a value it makes the tag
 * {@code account:a-1}.
 *
 * @param <V> the type of its values
 */
public final class Tag<V> {
  private final String name;
  private final Function<? super V, String> writer;

  private Tag(String name, Function<? super V, String> writer) {
    this.name = name;
    this.writer = writer;
  }

  /**
   * A tag whose values are text.
   *
   * @param name 1 to {@value TagValue#MAX_NAME_LENGTH} characters, no colon
   */
  public static Tag<String> named(String name) {
    return named(name, value -> value);
  }

  /**
   * A tag whose values are written by a function; equal values must be written equally, different
   * ones differently, in every version of the program.
   */
  public static <V> Tag<V> named(String name, Function<? super V, String> writer) {
    TagValue unused = new TagValue(name, "checks-the-name");
    return new Tag<>(unused.name(), writer);
  }

  /** The name. */
  public String name() {
    return name;
  }

  /**
   * The tag with a value.
   *
   * @throws IllegalArgumentException when the value is null, or its text is out of bounds
   */
  public TagValue of(V value) {
    if (value instanceof Personal<?>) {
      throw new IllegalArgumentException(
          "a value of tag '" + name + "' is personal; tags stand in clear for ever");
    }
    String text = value == null ? null : writer.apply(value);
    if (text == null) {
      throw new IllegalArgumentException("a value of tag '" + name + "' is null");
    }
    return new TagValue(name, text);
  }

  @Override
  public String toString() {
    return name;
  }
}
