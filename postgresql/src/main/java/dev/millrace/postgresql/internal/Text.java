package dev.millrace.postgresql.internal;

import dev.millrace.core.store.TagValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text as PostgreSQL can keep it: without the zero character, and with tags in one line.
 *
 * <p>U+0001 marks what follows: U+0002 stands for U+0000, U+0001 for itself, U+0003 for the
 * separator of tags. Half a surrogate pair, which has no UTF-8 form, becomes a question mark, as it
 * does in other encoders.
 */
final class Text {
  private static final char MARK = '\u0001';
  private static final char ZERO = '\u0002';
  private static final char SEPARATED = '\u0003';

  /** Between tags. */
  static final char SEPARATOR = '\u001F';

  private Text() {}

  static @Nullable String writeNullable(@Nullable String text) {
    return text == null ? null : write(text);
  }

  static String write(String text) {
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if (at <= MARK || at == SEPARATOR || Character.isSurrogate(at)) {
        return escaped(text);
      }
    }
    return text;
  }

  private static String escaped(String text) {
    StringBuilder result = new StringBuilder(text.length() + 8);
    for (int i = 0; i < text.length(); ) {
      int at = text.codePointAt(i);
      i += Character.charCount(at);
      switch (at) {
        case 0 -> result.append(MARK).append(ZERO);
        case MARK -> result.append(MARK).append(MARK);
        case SEPARATOR -> result.append(MARK).append(SEPARATED);
        default -> {
          if (at >= Character.MIN_SURROGATE && at <= Character.MAX_SURROGATE) {
            result.append('?');
          } else {
            result.appendCodePoint(at);
          }
        }
      }
    }
    return result.toString();
  }

  static @Nullable String readNullable(@Nullable String stored) {
    return stored == null ? null : read(stored);
  }

  static String read(String stored) {
    int mark = stored.indexOf(MARK);
    if (mark < 0) {
      return stored;
    }
    StringBuilder result = new StringBuilder(stored.length());
    for (int i = 0; i < stored.length(); i++) {
      char at = stored.charAt(i);
      if (at != MARK || i + 1 == stored.length()) {
        result.append(at);
      } else {
        i++;
        result.append(
            switch (stored.charAt(i)) {
              case ZERO -> '\0';
              case SEPARATED -> SEPARATOR;
              default -> stored.charAt(i);
            });
      }
    }
    return result.toString();
  }

  static String writeTags(List<TagValue> tags) {
    if (tags.isEmpty()) {
      return "";
    }
    StringBuilder result = new StringBuilder(tags.size() * 24);
    for (TagValue tag : tags) {
      if (!result.isEmpty()) {
        result.append(SEPARATOR);
      }
      result.append(write(tag.name())).append(':').append(write(tag.value()));
    }
    return result.toString();
  }

  static List<TagValue> readTags(String stored) {
    if (stored.isEmpty()) {
      return List.of();
    }
    int end = stored.indexOf(SEPARATOR);
    if (end < 0) {
      return List.of(tag(stored));
    }
    List<TagValue> tags = new ArrayList<>(4);
    int start = 0;
    while (end >= 0) {
      tags.add(tag(stored.substring(start, end)));
      start = end + 1;
      end = stored.indexOf(SEPARATOR, start);
    }
    tags.add(tag(stored.substring(start)));
    return tags;
  }

  private static TagValue tag(String stored) {
    return TagValue.parse(read(stored));
  }
}
