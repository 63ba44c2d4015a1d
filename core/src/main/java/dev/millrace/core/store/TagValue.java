package dev.millrace.core.store;

/**
 * What an event is about: {@code name:value}, as in {@code order:42}. An event may have several;
 * the first is its subject.
 *
 * @param name 1 to 64 characters, no colon
 * @param value 1 to 256 characters
 */
public record TagValue(String name, String value) implements Comparable<TagValue> {
  /** Longest name, in characters. */
  public static final int MAX_NAME_LENGTH = 64;

  /** Longest value, in characters. */
  public static final int MAX_VALUE_LENGTH = 256;

  public TagValue {
    if (name.isBlank() || name.length() > MAX_NAME_LENGTH || name.indexOf(':') >= 0) {
      throw new IllegalArgumentException(
          "a tag's name must have 1 to "
              + MAX_NAME_LENGTH
              + " characters and no colon: '"
              + name
              + "'");
    }
    if (value.isEmpty() || value.length() > MAX_VALUE_LENGTH) {
      throw new IllegalArgumentException(
          "a value of tag '"
              + name
              + "' must have 1 to "
              + MAX_VALUE_LENGTH
              + " characters, but has "
              + value.length());
    }
    WellFormed.check("tag '" + name + "'", name);
    WellFormed.check("a value of tag '" + name + "'", value);
  }

  /**
   * Reads {@code name:value}; the value may contain colons.
   *
   * @throws IllegalArgumentException when there is no colon, or a part is out of bounds
   */
  public static TagValue parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("a tag is written name:value, not '" + text + "'");
    }
    return new TagValue(text.substring(0, colon), text.substring(colon + 1));
  }

  @Override
  public int compareTo(TagValue other) {
    int byName = name.compareTo(other.name);
    return byName != 0 ? byName : value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return name + ":" + value;
  }
}
