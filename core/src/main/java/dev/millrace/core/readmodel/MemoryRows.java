package dev.millrace.core.readmodel;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads rows of a table in memory: its key, then the components of its records or its value. */
final class MemoryRows {
  /** The column of the key. */
  static final String KEY = "key";

  private final RowQuery query;

  MemoryRows(RowQuery query) {
    this.query = query;
  }

  RowPage read(List<Map.Entry<Object, Object>> entries) {
    List<Map<String, @Nullable Object>> found = new ArrayList<>();
    for (Map.Entry<Object, Object> entry : entries) {
      Map<String, @Nullable Object> row = row(entry);
      if (query.filters().stream().allMatch(filter -> matches(filter, row))) {
        found.add(row);
      }
    }
    List<RowQuery.Order> order = new ArrayList<>(query.order());
    if (order.stream().noneMatch(by -> by.column().equals(KEY))) {
      order.add(new RowQuery.Order(KEY, false));
    }
    boolean definite =
        found.stream()
            .allMatch(row -> row.get(KEY) instanceof Number || row.get(KEY) instanceof String);
    for (int i = query.order().size() - 1; i >= 0; i--) { // sorted by their keys already
      found.sort(comparator(query.order().get(i)));
    }
    int first = first(found, order);
    int end = Math.min(found.size(), first + query.limit());
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (int i = first; i < end; i++) {
      rows.add(new ArrayList<>(found.get(i).values()));
    }
    List<String> columns =
        entries.isEmpty() ? List.of() : List.copyOf(row(entries.get(0)).keySet());
    RowCursor next =
        definite && end > first
            ? new RowCursor.After(text(order), values(order, found.get(end - 1)))
            : new RowCursor.Skipping(end);
    return new RowPage(columns, rows, found.size() > end ? next.toString() : null);
  }

  private int first(List<Map<String, @Nullable Object>> found, List<RowQuery.Order> order) {
    return switch (RowCursor.parse(query.cursor())) {
      case RowCursor.Skipping(int rows) -> Math.min(rows, found.size());
      case RowCursor.After after -> {
        List<@Nullable String> values = after.in(text(order), order.size());
        int first = 0;
        while (first < found.size() && !isAfter(found.get(first), order, values)) {
          first++;
        }
        yield first;
      }
    };
  }

  private static boolean isAfter(
      Map<String, @Nullable Object> row,
      List<RowQuery.Order> order,
      List<@Nullable String> values) {
    for (int i = 0; i < order.size(); i++) {
      RowQuery.Order by = order.get(i);
      int compared = compareOrNull(value(row, by.column()), values.get(i), by.descending());
      if (compared != 0) {
        return compared > 0;
      }
    }
    return false;
  }

  private static String text(List<RowQuery.Order> order) {
    List<String> terms = new ArrayList<>();
    order.forEach(by -> terms.add((by.descending() ? "-" : "") + by.column()));
    return String.join(" ", terms);
  }

  private static List<@Nullable String> values(
      List<RowQuery.Order> order, Map<String, @Nullable Object> row) {
    List<@Nullable String> values = new ArrayList<>();
    for (RowQuery.Order by : order) {
      Object value = value(row, by.column());
      values.add(value == null ? null : value.toString());
    }
    return values;
  }

  private static Map<String, @Nullable Object> row(Map.Entry<Object, Object> entry) {
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put(KEY, entry.getKey());
    Object value = entry.getValue();
    if (!value.getClass().isRecord()) {
      row.put("value", value);
      return row;
    }
    for (RecordComponent component : value.getClass().getRecordComponents()) {
      row.put(component.getName(), component(component, value));
    }
    return row;
  }

  private static @Nullable Object component(RecordComponent component, Object value) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(value);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new ReadModelException("cannot read " + component + ": " + e.getMessage(), e);
    }
  }

  private static boolean matches(RowQuery.Filter filter, Map<String, @Nullable Object> row) {
    Object value = value(row, filter.column());
    if (value == null) {
      return false;
    }
    if (filter.comparison() == RowQuery.Comparison.STARTS_WITH) {
      return value.toString().startsWith(filter.value());
    }
    int order = compare(value, filter.value());
    return switch (filter.comparison()) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
      case STARTS_WITH -> throw new IllegalStateException("handled above");
    };
  }

  private static Comparator<Map<String, @Nullable Object>> comparator(RowQuery.Order order) {
    return (one, other) -> {
      Object second = value(other, order.column());
      return compareOrNull(
          value(one, order.column()),
          second == null ? null : second.toString(),
          order.descending());
    };
  }

  /** What is null comes last in both directions. */
  private static int compareOrNull(
      @Nullable Object value, @Nullable String text, boolean descending) {
    if (value == null || text == null) {
      return Boolean.compare(value == null, text == null);
    }
    int compared = compare(value, text);
    return descending ? -compared : compared;
  }

  private static @Nullable Object value(Map<String, @Nullable Object> row, String column) {
    if (!row.containsKey(column)) {
      throw new IllegalArgumentException(
          "there is no column '" + column + "'; there are " + row.keySet());
    }
    return row.get(column);
  }

  private static int compare(Object value, String text) {
    if (value instanceof Number) {
      try {
        return new BigDecimal(value.toString()).compareTo(new BigDecimal(text));
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException("'" + text + "' is not a number", e);
      }
    }
    return value.toString().compareTo(text);
  }
}
