package dev.millrace.core.store;

import java.util.List;

/**
 * An event to append.
 *
 * @param type stable name, 1 to 128 characters; never a class name
 * @param schemaVersion from 1
 * @param tags what it is about, the subject first; without repetitions, at most {@link #MAX_TAGS}
 * @param data the encoded fact
 */
public record NewEvent(String type, int schemaVersion, List<TagValue> tags, Bytes data) {
  /** Most tags of one event. */
  public static final int MAX_TAGS = 64;

  /** Longest type name, in characters. */
  public static final int MAX_TYPE_LENGTH = 128;

  public NewEvent {
    tags = List.copyOf(tags);
    if (type.isBlank() || type.length() > MAX_TYPE_LENGTH) {
      throw new IllegalArgumentException(
          "an event type must have 1 to " + MAX_TYPE_LENGTH + " characters: '" + type + "'");
    }
    WellFormed.check("an event type", type);
    if (schemaVersion < 1 || schemaVersion > Short.MAX_VALUE) {
      throw new IllegalArgumentException(
          "schema version of '" + type + "' must be 1 to 32767: " + schemaVersion);
    }
    if (tags.size() > MAX_TAGS) {
      throw new IllegalArgumentException(
          "event '" + type + "' has " + tags.size() + " tags; at most " + MAX_TAGS);
    }
    if (tags.size() > 1 && tags.stream().distinct().count() < tags.size()) {
      throw new IllegalArgumentException("event '" + type + "' repeats a tag: " + tags);
    }
  }
}
