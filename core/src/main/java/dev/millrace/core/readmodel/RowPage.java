package dev.millrace.core.readmodel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a table.
 *
 * @param columns their names, in lower case
 * @param rows the values in the order of the columns: null, Boolean, Number, or what has a text
 * @param next the cursor of the page after this one; null: there are no further rows
 */
public record RowPage(
    List<String> columns,
    List<? extends List<? extends @Nullable Object>> rows,
    @Nullable String next) {
  public RowPage {
    columns = List.copyOf(columns);
    rows = Collections.unmodifiableList(new ArrayList<>(rows));
  }
}
