package dev.millrace.cli.exchange;

import dev.millrace.core.store.TagValue;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The attributes of an exported event beyond those of CloudEvents itself. Names are of lower-case
 * letters and digits, and values are texts or 32-bit numbers, as the specification wants it.
 */
final class Attributes {
  static final String SPEC_VERSION = "1.0";

  static final String POSITION = "position";
  static final String TENANT = "tenant";
  static final String SCHEMA_VERSION = "schemaversion";
  static final String TAGS = "tags";
  static final String APPEND_SIZE = "appendsize";
  static final String PERSONAL = "personal";

  /** What {@link #PERSONAL} says of an export that is not for an import. */
  static final String IN_CLEAR = "clear";

  static final String CORRELATION = "correlationid";
  static final String CAUSATION = "causationid";
  static final String TRACEPARENT = "traceparent";
  static final String ACTOR = "actor";
  static final String COMMAND_ID = "commandid";
  static final String COMMAND_TYPE = "commandtype";
  static final String COMMAND_DIGEST = "commanddigest";
  static final String COMMAND_PAYLOAD = "commandpayload";
  static final String DATA = "data";
  static final String DATA_BASE64 = "data_base64";

  private Attributes() {}

  /** Tags with commas between them; what a tag has of commas and percent signs is escaped. */
  static String tags(List<TagValue> tags) {
    StringBuilder text = new StringBuilder();
    for (TagValue tag : tags) {
      text.append(text.isEmpty() ? "" : ",").append(escaped(tag.toString()));
    }
    return text.toString();
  }

  private static String escaped(String tag) {
    StringBuilder text = new StringBuilder(tag.length());
    for (int i = 0; i < tag.length(); i++) {
      char at = tag.charAt(i);
      if (at == ',' || at == '%' || at < ' ' || at == 0x7f) {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) at));
      } else {
        text.append(at);
      }
    }
    return text.toString();
  }

  /** Reads what {@link #tags} writes. */
  static List<TagValue> parseTags(String text) {
    List<TagValue> tags = new ArrayList<>();
    for (String tag : text.split(",", -1)) {
      // a plus sign stands for itself here, unlike in a form
      String plain = URLDecoder.decode(tag.replace("+", "%2B"), StandardCharsets.UTF_8);
      tags.add(TagValue.parse(plain));
    }
    return tags;
  }
}
