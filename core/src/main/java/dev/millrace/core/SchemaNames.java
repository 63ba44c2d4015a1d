package dev.millrace.core;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.zip.CRC32C;

/** What the schema of a version of rows is called. */
final class SchemaNames {
  /** What databases allow is 63 bytes and more. */
  private static final int MOST_OF_NAME = 40;

  private SchemaNames() {}

  /** As in {@code shop_revenue_by_day_v2}; other names that would look the same get a number. */
  static String of(String context, String processor, int version) {
    String whole = context + "." + processor;
    String plain = whole.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "_");
    boolean same = whole.matches("[a-z0-9-]+\\.[a-z0-9-]+") && plain.length() <= MOST_OF_NAME;
    if (!same) {
      CRC32C sum = new CRC32C();
      sum.update(whole.getBytes(UTF_8));
      plain =
          plain.substring(0, Math.min(plain.length(), MOST_OF_NAME))
              + "_"
              + Long.toHexString(sum.getValue());
    }
    return plain + "_v" + version;
  }
}
