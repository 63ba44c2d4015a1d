package dev.millrace.core;

import dev.millrace.core.readmodel.RowPage;
import dev.millrace.core.store.Bytes;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values of rows as they can be compared, and kept when their transaction has ended. */
final class RowValues {
  private RowValues() {}

  /** A page with such values. */
  static RowPage detached(RowPage page) throws SQLException {
    List<List<@Nullable Object>> rows = new ArrayList<>(page.rows().size());
    for (List<? extends @Nullable Object> row : page.rows()) {
      List<@Nullable Object> values = new ArrayList<>(row.size());
      for (Object value : row) {
        values.add(detached(value));
      }
      rows.add(values);
    }
    return new RowPage(page.columns(), rows, page.next());
  }

  private static @Nullable Object detached(@Nullable Object value) throws SQLException {
    return switch (value) {
      case null -> null;
      case byte[] bytes -> Bytes.wrap(bytes.clone());
      case Clob text -> text.getSubString(1, Math.toIntExact(text.length()));
      case Blob bytes -> Bytes.wrap(bytes.getBytes(1, Math.toIntExact(bytes.length())));
      case Array array -> detached(array.getArray());
      case Object[] array -> Arrays.asList(array.clone());
      case BigDecimal number -> number.stripTrailingZeros(); // 2.50 is 2.5, whatever the column
      default -> value;
    };
  }

  /** A value as text; null stays null. */
  static @Nullable String text(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case BigDecimal number -> number.toPlainString();
      case Bytes bytes -> java.util.HexFormat.of().formatHex(bytes.toArray());
      default -> value.toString();
    };
  }
}
