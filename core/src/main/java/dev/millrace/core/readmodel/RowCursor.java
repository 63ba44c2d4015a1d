package dev.millrace.core.readmodel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a page of rows begins. Written as a text that means nothing to who passes it on. */
sealed interface RowCursor {
  String SKIPPING = "row:";
  String AFTER = "after:";

  /** The first page. */
  RowCursor FIRST = new Skipping(0);

  /** After so many rows: for tables without a key, whose rows may move between two pages. */
  record Skipping(int rows) implements RowCursor {
    public Skipping {
      if (rows < 0 || rows > RowQuery.MAX_OFFSET) {
        throw new IllegalArgumentException(
            "at most " + RowQuery.MAX_OFFSET + " rows are passed over, not " + rows);
      }
    }

    @Override
    public String toString() {
      return SKIPPING + rows;
    }
  }

  /**
   * After a row: stays where it is, whatever is inserted or removed.
   *
   * @param order the columns that sort, to tell a cursor of another query
   * @param values of the row in these columns
   */
  record After(String order, List<@Nullable String> values) implements RowCursor {
    /** The values; those of another order are refused. */
    List<@Nullable String> in(String wanted, int columns) {
      if (!order.equals(wanted) || values.size() != columns) {
        throw new IllegalArgumentException(
            "the cursor is of rows sorted by "
                + order
                + ", not by "
                + wanted
                + "; begin at the first page");
      }
      return values;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(AFTER).append(URLEncoder.encode(order, UTF_8));
      for (String value : values) {
        text.append(value == null ? "," : ",=" + URLEncoder.encode(value, UTF_8));
      }
      return text.toString();
    }
  }

  /**
   * Reads what {@code toString} writes.
   *
   * @param text null: the first page
   */
  static RowCursor parse(@Nullable String text) {
    if (text == null) {
      return FIRST;
    }
    try {
      if (text.startsWith(SKIPPING)) {
        return new Skipping(Integer.parseInt(text.substring(SKIPPING.length())));
      }
      if (text.startsWith(AFTER)) {
        return after(text.substring(AFTER.length()).split(",", -1));
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is not a cursor of rows", e);
    }
    throw new IllegalArgumentException("'" + text + "' is not a cursor of rows");
  }

  private static After after(String[] parts) {
    List<@Nullable String> values = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      values.add(parts[i].startsWith("=") ? URLDecoder.decode(parts[i].substring(1), UTF_8) : null);
    }
    return new After(URLDecoder.decode(parts[0], UTF_8), values);
  }
}
